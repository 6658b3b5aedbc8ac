/// Changes that leave every byte which they do not concern at its place, since maker notes may
/// refer to places in the block.
extension EXIF {
  static let exifPointer = 0x8769
  static let locationPointer = 0x8825
  private static let userComment = 0x9286
  private static let undefinedType = 7
  private static let pointerType = 4

  /// Takes out the directory that says where a picture was taken, and what it refers to.
  mutating func removeLocation() {
    guard let first = stream.directory(linkedAt: TagStream<[UInt8]>.firstLink),
      let entry = first.entries.first(where: { stream.tag($0) == Self.locationPointer })
    else { return }
    if let location = stream.directory(linkedAt: entry + 8) {
      for entry in location.entries { wipe(valueOf: entry) }
      fill(location.start..<location.end)
    }
    let bytes = stream.bytes
    for i in entry..<(first.link - 12) { stream.bytes[i] = bytes[i + 12] }
    for i in 0..<4 { stream.bytes[first.link - 12 + i] = bytes[first.link + i] }
    fill((first.link - 8)..<first.end)
    stream.write(first.entries.count - 1, at: first.start, size: 2)
  }

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

  /// Overwrites a value that lies outside its entry.
  private mutating func wipe(valueOf entry: Int) {
    guard let value = stream.value(of: entry), value.lowerBound != entry + 8 else { return }
    fill(value.clamped(to: stream.bytes.indices))
  }

  private mutating func fill(_ range: Range<Int>) {
    for i in range { stream.bytes[i] = 0 }
  }
}

extension XMP {
  /// The packet with spaces where it says where a picture was taken.
  static func withoutLocation(_ packet: [UInt8]) -> [UInt8] {
    var packet = packet
    let property = Array("exif:GPS".utf8)
    var start = 0
    while start + property.count < packet.count {
      guard packet[start] == property[0],
        packet[start..<(start + property.count)].elementsEqual(property)
      else {
        start += 1
        continue
      }
      let isElement = start > 0 && packet[start - 1] == UInt8(ascii: "<")
      let range = isElement ? element(packet, at: start - 1) : attribute(packet, at: start)
      for i in range { packet[i] = 0x20 }
      start = max(range.upperBound, start + property.count)
    }
    return packet
  }

  /// From `name` to the quotation mark that ends its value; empty when there is none.
  private static func attribute(_ packet: [UInt8], at start: Int) -> Range<Int> {
    let marks: [UInt8] = [UInt8(ascii: "\""), UInt8(ascii: "'")]
    guard let open = packet[start...].firstIndex(where: marks.contains),
      let close = packet[(open + 1)...].firstIndex(of: packet[open])
    else { return start..<start }
    return start..<(close + 1)
  }

  /// From `<name` to the end of `</name>`; empty when there is no such end.
  private static func element(_ packet: [UInt8], at start: Int) -> Range<Int> {
    let name = packet[(start + 1)...].prefix { $0 > 0x20 && $0 != UInt8(ascii: ">") }
    let end = Array("</".utf8) + name + [UInt8(ascii: ">")]
    var next = start
    while next + end.count <= packet.count {
      if packet[next] == end[0], packet[next..<(next + end.count)].elementsEqual(end) {
        return start..<(next + end.count)
      }
      next += 1
    }
    return start..<start
  }
}

extension Image {
  /// Takes where the picture was taken out of EXIF and XMP.
  package mutating func stripLocation() {
    if let block = metadata.exif, var exif = EXIF(block) {
      exif.removeLocation()
      metadata.exif = exif.bytes
    }
    metadata.xmp = metadata.xmp.map(XMP.withoutLocation)
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
