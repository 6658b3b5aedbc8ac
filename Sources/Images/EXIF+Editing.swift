/// Changes that leave every byte which they do not concern at its place, since maker notes may
/// refer to places in the block.
extension EXIF {
  private static let userComment = 0x9286
  private static let undefinedType = 7
  private static let colourSpace = 0xA001
  private static let widths: Set<Int> = [0x0100, 0xA002, 0x1001]
  private static let heights: Set<Int> = [0x0101, 0xA003, 0x1002]

  /// Records text as the user comment; false when there is another already.
  mutating func addComment(_ text: String) -> Bool {
    let link = TagStream<[UInt8]>.firstLink
    let comment = Array("ASCII\0\0\0".utf8) + text.utf8.map { $0 < 0x80 ? $0 : 0x3F }
    guard let first = stream.directory(linkedAt: link) else { return false }
    let pointer = first.entries.first { stream.tag($0) == Self.exifPointer }
    let details = pointer.flatMap { stream.directory(linkedAt: $0 + 8) }
    guard details?.entries.contains(where: { stream.tag($0) == Self.userComment }) != true else {
      return false
    }
    let place = stream.append(comment)
    let record = stream.record(
      tag: Self.userComment, type: Self.undefinedType, count: comment.count, value: place)
    let grown = stream.appendDirectory(details, adding: [record])
    if let pointer {
      stream.write(grown, at: pointer + 8, size: 4)
    } else {
      let record = stream.record(
        tag: Self.exifPointer, type: Self.pointerType, count: 1, value: grown)
      stream.write(stream.appendDirectory(first, adding: [record]), at: link, size: 4)
    }
    return true
  }

  /// Adds bytes to the first directory, unless there are some of that tag.
  mutating func add(_ tag: Int, _ value: [UInt8]) {
    let link = TagStream<[UInt8]>.firstLink
    guard let first = stream.directory(linkedAt: link), value.count > 4,
      !first.entries.contains(where: { stream.tag($0) == tag })
    else { return }
    let record = stream.record(
      tag: tag, type: Self.undefinedType, count: value.count, value: stream.append(value))
    stream.write(stream.appendDirectory(first, adding: [record]), at: link, size: 4)
  }

  /// Entries of the first directory, of EXIF's own and of interoperability's.
  private var entries: [Int] {
    func entries(_ link: Int, _ pointers: [Int]) -> [Int] {
      let own = stream.directory(linkedAt: link)?.entries ?? []
      let next = own.first { stream.tag($0) == pointers.first }
      return own + (next.map { entries($0 + 8, Array(pointers.dropFirst())) } ?? [])
    }
    return entries(
      TagStream<[UInt8]>.firstLink, [Self.exifPointer, Self.interoperabilityPointer])
  }

  /// Writes the size of the picture wherever there is one.
  mutating func setSize(width: Int, height: Int) {
    for entry in entries {
      if Self.widths.contains(stream.tag(entry)) { set(entry, to: width) }
      if Self.heights.contains(stream.tag(entry)) { set(entry, to: height) }
    }
  }

  /// Says that colours are sRGB, if anything is said of that.
  mutating func setSRGB() {
    for entry in entries where stream.tag(entry) == Self.colourSpace { set(entry, to: 1) }
  }
}

extension Metadata {
  /// The EXIF block with the settings in it, for containers without text of their own.
  /// - Parameter isBigEndian: of a block that is made for them.
  func exifWithSettings(_ warnings: inout [String], isBigEndian: Bool = false) -> [UInt8]? {
    guard let settings else { return exif }
    guard var block = EXIF(exif ?? EXIF.blank(isBigEndian: isBigEndian)),
      block.addComment(settings)
    else {
      warnings.append("the EXIF block has a comment already; the settings are not recorded")
      return exif
    }
    return block.bytes
  }
}
