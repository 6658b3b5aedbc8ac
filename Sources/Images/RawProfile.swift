/// Blocks of metadata in PNG text, as ImageMagick stores them: a name, a size and hexadecimal
/// digits, in an entry called `Raw profile type NAME`.
enum RawProfile {
  static let keyword = "Raw profile type "

  /// The block in an entry's text; nil when it is not whole.
  static func bytes(_ text: String) -> [UInt8]? {
    let lines = text.utf8.drop { $0 == 0x0A }.split(separator: 0x0A, maxSplits: 2)
    guard lines.count == 3,
      let count = Int(String(decoding: lines[1].filter { $0 != 0x20 }, as: UTF8.self)),
      count >= 0, count <= lines[2].count / 2
    else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    var high: UInt8?
    for character in lines[2] where bytes.count < count {
      guard let digit = digit(character) else {
        guard [0x20, 0x0A, 0x0D].contains(character) else { return nil }
        continue
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return bytes.count == count ? bytes : nil
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x41...0x46: character - 0x41 + 10
    case 0x61...0x66: character - 0x61 + 10
    default: nil
    }
  }

  static func entry(_ name: String, _ bytes: [UInt8]) -> TextEntry {
    let digits = Array("0123456789abcdef".utf8)
    var text = Array("\n\(name)\n\(padded(bytes.count))\n".utf8)
    for (i, byte) in bytes.enumerated() {
      text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      if i % 36 == 35 { text.append(0x0A) }
    }
    return TextEntry(
      keyword: keyword + name, text: String(decoding: text + [0x0A], as: UTF8.self))
  }

  private static func padded(_ count: Int) -> String {
    let digits = "\(count)"
    return String(repeating: " ", count: max(0, 8 - digits.count)) + digits
  }
}

extension Metadata {
  /// Takes over blocks that are stored as text, unless there are others in the places for them.
  /// - Returns: names of those that there was no need for.
  mutating func unpackRawProfiles() -> [String] {
    var (surplus, entries): ([String], [TextEntry]) = ([], [])
    for entry in text {
      let bytes = entry.keyword.hasPrefix(RawProfile.keyword) ? RawProfile.bytes(entry.text) : nil
      let name = String(entry.keyword.dropFirst(RawProfile.keyword.count)).lowercased()
      switch bytes.flatMap({ take($0, called: name) }) {
      case nil: entries.append(entry)
      case true?: break
      case false?: surplus.append("a second \(name.uppercased()) block")
      }
    }
    text = entries
    return surplus
  }

  /// Nil for blocks of unknown meaning; false when there is one already.
  private mutating func take(_ bytes: [UInt8], called name: String) -> Bool? {
    switch name {
    case "exif", "app1", "app1 ":
      if bytes.starts(with: JPEGSegments.xmpPrefix) {
        return Self.fill(&xmp, Array(bytes.dropFirst(JPEGSegments.xmpPrefix.count)))
      }
      let block = EXIF.withoutPrefix(bytes)
      return EXIF(block) == nil ? nil : Self.fill(&exif, block)
    case "xmp": return Self.fill(&xmp, bytes)
    case "icc", "icm": return Self.fill(&icc, bytes)
    case "iptc", "8bim":
      let found =
        bytes.first == IPTC.mark ? PhotoshopResources(iptc: bytes) : PhotoshopResources(bytes)
      guard let found else { return nil }
      return Self.fill(&resources, found)
    default: return nil
    }
  }

  private static func fill<Value>(_ place: inout Value?, _ value: Value) -> Bool {
    guard place == nil else { return false }
    place = value
    return true
  }
}
