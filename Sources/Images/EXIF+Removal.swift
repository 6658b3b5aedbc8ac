/// Taking things out of a block. What they occupied is overwritten, since it may be private, unless
/// something that stays leads there, too.
extension EXIF {
  static let exifPointer = 0x8769
  static let locationPointer = 0x8825
  static let interoperabilityPointer = 0xA005
  static let pointerType = 4
  private static let packedTags: Set<Int> = [0x02BC, iptcTag, photoshopTag]
  private static let thumbnailOffset = 0x0201
  private static let thumbnailLength = 0x0202

  /// Takes out what says where a picture was taken: the directory of that, GeoTIFF's tags, and
  /// copies of XMP, IPTC and Photoshop's resources, which may say it again.
  mutating func removeLocation() {
    let first = TagStream<[UInt8]>.firstLink
    let tags = Self.geographic.union(Self.packedTags).union([Self.locationPointer])
    let details = stream.directory(linkedAt: first)?.entries
      .first { stream.tag($0) == Self.exifPointer }
    if let details { remove(tags, linkedAt: details + 8) }
    remove(tags, linkedAt: first)
  }

  /// Takes out where in the picture its subject is, in pixels (SubjectArea, SubjectLocation).
  /// - Returns: whether it was there.
  mutating func removeSubject() -> Bool {
    let first = TagStream<[UInt8]>.firstLink
    let details = stream.directory(linkedAt: first)?.entries
      .first { stream.tag($0) == Self.exifPointer }
    let links = [first] + [details].compactMap { $0.map { $0 + 8 } }
    return links.map { remove([0x9214, 0xA214], linkedAt: $0) }.contains(true)
  }

  /// Takes out GeoTIFF's tags.
  /// - Returns: whether there were any.
  mutating func removeGeography() -> Bool {
    remove(Self.geographic, linkedAt: TagStream<[UInt8]>.firstLink)
  }

  /// Takes out the second directory, which is that of a small picture.
  /// - Returns: whether there was one.
  mutating func removeThumbnail() -> Bool {
    guard let first = stream.directory(linkedAt: TagStream<[UInt8]>.firstLink),
      let second = stream.directory(linkedAt: first.link), second.start > 0
    else { return false }
    var ranges = [second.start..<second.end] + second.entries.compactMap { stream.value(of: $0) }
    let numbers = [Self.thumbnailOffset, Self.thumbnailLength].map { tag in
      second.entries.first { stream.tag($0) == tag }
        .flatMap { stream.number(at: $0 + 8, size: 4) } ?? 0
    }
    ranges.append(numbers[0]..<numbers[0] + numbers[1])
    stream.write(0, at: first.link, size: 4)
    wipe(ranges, shortening: true)
    return true
  }

  /// Takes entries out of a directory.
  @discardableResult
  private mutating func remove(_ tags: Set<Int>, linkedAt link: Int) -> Bool {
    guard let directory = stream.directory(linkedAt: link) else { return false }
    let gone = directory.entries.filter { tags.contains(stream.tag($0)) }
    guard !gone.isEmpty else { return false }
    let ranges = gone.flatMap(extent)
    let kept = directory.entries.filter { !gone.contains($0) }
    let link = Array(stream.bytes[directory.link..<directory.end])
    let records = kept.flatMap { stream.bytes[$0..<$0 + 12] } + link
    let body = directory.start + 2..<directory.end
    let padding = [UInt8](repeating: 0, count: body.count - records.count)
    stream.bytes.replaceSubrange(body, with: records + padding)
    stream.write(kept.count, at: directory.start, size: 2)
    wipe(ranges, shortening: false)
    return true
  }

  /// Where an entry's value lies, and all that a directory holds to which it leads.
  private func extent(of entry: Int) -> [Range<Int>] {
    guard stream.tag(entry) == Self.locationPointer,
      let location = stream.directory(linkedAt: entry + 8)
    else { return [stream.value(of: entry)].compactMap { $0 } }
    return [location.start..<location.end] + location.entries.compactMap { stream.value(of: $0) }
  }

  /// Overwrites what nothing leads to any more.
  private mutating func wipe(_ ranges: [Range<Int>], shortening: Bool) {
    let inUse = reached
    var end = stream.bytes.count
    for range in ranges.sorted(by: { $0.upperBound > $1.upperBound }) {
      let range = range.clamped(to: inUse.indices)
      for i in range where !inUse[i] { stream.bytes[i] = 0 }
      // A byte may stand between, so that directories begin on even places.
      if range.upperBound + 1 >= end, !range.isEmpty {
        while end > range.lowerBound, !inUse[end - 1] { end -= 1 }
      }
    }
    if shortening { stream.bytes.removeLast(stream.bytes.count - end) }
  }

  /// For every byte, whether the block's directories lead to it.
  private var reached: [Bool] {
    let count = stream.bytes.count
    var steps = [Int](repeating: 0, count: count + 1)
    func mark(_ range: Range<Int>) {
      let range = range.clamped(to: 0..<count)
      steps[range.lowerBound] += 1
      steps[range.upperBound] -= 1
    }
    func visit(_ link: Int, following pointers: [Int]) -> TagStream<[UInt8]>.Directory? {
      guard let directory = stream.directory(linkedAt: link) else { return nil }
      mark(directory.start..<directory.end)
      for entry in directory.entries {
        if let value = stream.value(of: entry) { mark(value) }
        if pointers.contains(stream.tag(entry)) {
          _ = visit(
            entry + 8,
            following: pointers.count > 1 ? [Self.interoperabilityPointer] : [])
        }
      }
      return directory
    }
    mark(0..<8)
    let first = visit(
      TagStream<[UInt8]>.firstLink, following: [Self.exifPointer, Self.locationPointer])
    if let first { _ = visit(first.link, following: []) }
    var open = 0
    return steps.prefix(count).map {
      open += $0
      return open > 0
    }
  }
}
