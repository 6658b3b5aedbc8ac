/// Changes that leave every byte which they do not concern at its place, since maker notes may
/// refer to places in the block.
extension EXIF {
  private static let exifPointer = 0x8769
  private static let locationPointer = 0x8825
  private static let userComment = 0x9286
  private static let undefinedType = 7
  private static let pointerType = 4

  /// An empty block.
  static let blank: [UInt8] = [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]

  /// Takes out the directory that says where a picture was taken, and what it refers to.
  mutating func removeLocation() {
    guard let first = directory(at: number(at: 4, size: 4)),
      let entry = first.entries.first(where: { tag($0) == Self.locationPointer })
    else { return }
    if let location = directory(at: number(at: entry + 8, size: 4)) {
      for entry in location.entries { wipe(valueOf: entry) }
      fill(location.start..<location.end, 0)
    }
    let last = first.end - 4
    for i in entry..<(last - 12) { set(bytes[i + 12], at: i) }
    for i in 0..<4 { set(bytes[last + i], at: last - 12 + i) }
    fill((last - 8)..<first.end, 0)
    write(first.entries.count - 1, at: first.start, size: 2)
  }

  /// Records text as the user comment; false when there is another already.
  mutating func addComment(_ text: String) -> Bool {
    let comment = Array("ASCII\0\0\0".utf8) + text.utf8.map { $0 < 0x80 ? $0 : 0x3F }
    guard let first = directory(at: number(at: 4, size: 4)) else { return false }
    let pointer = first.entries.first { tag($0) == Self.exifPointer }
    let details = pointer.flatMap { directory(at: number(at: $0 + 8, size: 4)) }
    guard details?.entries.contains(where: { tag($0) == Self.userComment }) != true else {
      return false
    }
    let place = append(comment)
    let grown = appendDirectory(
      details, with: (Self.userComment, Self.undefinedType, comment.count, place))
    if let pointer {
      write(grown, at: pointer + 8, size: 4)
    } else {
      let start = appendDirectory(first, with: (Self.exifPointer, Self.pointerType, 1, grown))
      write(start, at: 4, size: 4)
    }
    return true
  }

  private struct Directory {
    let start: Int
    /// Where each entry begins.
    let entries: [Int]
    /// Behind the link to the next directory.
    var end: Int { start + 6 + entries.count * 12 }
  }

  /// nil when it does not lie in the block as a whole.
  private func directory(at start: Int?) -> Directory? {
    guard let start, let count = number(at: start, size: 2),
      start + 6 + count * 12 <= bytes.count
    else { return nil }
    return Directory(start: start, entries: (0..<count).map { start + 2 + $0 * 12 })
  }

  private func tag(_ entry: Int) -> Int { number(at: entry, size: 2) ?? 0 }

  /// Overwrites a value that lies outside its entry.
  private mutating func wipe(valueOf entry: Int) {
    let sizes = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8]
    guard let type = number(at: entry + 2, size: 2), let size = sizes[type],
      let count = number(at: entry + 4, size: 4), let place = number(at: entry + 8, size: 4)
    else { return }
    // At most 2^35.
    let length = size * count
    guard length > 4, place <= bytes.count else { return }
    fill(place..<(place + min(length, bytes.count - place)), 0)
  }

  /// Appends a copy of a directory with one more entry, in the order of tags.
  /// - Returns: where it begins.
  private mutating func appendDirectory(
    _ old: Directory?, with new: (tag: Int, type: Int, count: Int, value: Int)
  ) -> Int {
    let entries = old?.entries ?? []
    let before = entries.prefix { tag($0) < new.tag }
    let next = old.flatMap { number(at: $0.end - 4, size: 4) } ?? 0
    let copies = entries.map { Array(bytes[$0..<($0 + 12)]) }
    var record = [UInt8](repeating: 0, count: 12)
    put(new.tag, in: &record, at: 0, size: 2)
    put(new.type, in: &record, at: 2, size: 2)
    put(new.count, in: &record, at: 4, size: 4)
    put(new.value, in: &record, at: 8, size: 4)
    var directory = [UInt8](repeating: 0, count: 2)
    put(entries.count + 1, in: &directory, at: 0, size: 2)
    directory += copies[..<before.count].joined() + record + copies[before.count...].joined()
    var link = [UInt8](repeating: 0, count: 4)
    put(next, in: &link, at: 0, size: 4)
    return append(directory + link)
  }

  private mutating func write(_ value: Int, at offset: Int, size: Int) {
    var field = [UInt8](repeating: 0, count: size)
    put(value, in: &field, at: 0, size: size)
    for (i, byte) in field.enumerated() { set(byte, at: offset + i) }
  }

  private func put(_ value: Int, in field: inout [UInt8], at offset: Int, size: Int) {
    for i in 0..<size {
      let shift = 8 * (isBigEndian ? size - 1 - i : i)
      field[offset + i] = UInt8(truncatingIfNeeded: value >> shift)
    }
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
  func exifWithSettings(_ warnings: inout [String]) -> [UInt8]? {
    guard let settings else { return exif }
    guard var block = EXIF(exif ?? EXIF.blank), block.addComment(settings) else {
      warnings.append("the EXIF block has a comment already; the settings are not recorded")
      return exif
    }
    return block.bytes
  }
}
