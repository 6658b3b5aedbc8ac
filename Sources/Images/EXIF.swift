/// An EXIF block, read only as far as its orientation tag, which can be rewritten in place.
///
/// Everything else stays byte for byte: rewriting the block would break maker notes, whose
/// offsets are private to each camera.
struct EXIF {
  private(set) var bytes: [UInt8]
  let isBigEndian: Bool
  /// Where the orientation's value is, if the first directory has one.
  private var valueOffset: Int?
  private var isLong = false

  private static let orientationTag = 0x0112
  private static let shortType = 3
  private static let longType = 4

  /// Nil when the bytes are not a TIFF stream with a complete first directory.
  init?(_ bytes: [UInt8]) {
    self.bytes = bytes
    switch bytes.prefix(4) {
    case [0x49, 0x49, 0x2A, 0x00]: isBigEndian = false
    case [0x4D, 0x4D, 0x00, 0x2A]: isBigEndian = true
    default: return nil
    }
    guard let directory = number(at: 4, size: 4), let count = number(at: directory, size: 2),
      directory + 2 + count * 12 <= bytes.count
    else { return nil }
    for entry in stride(from: directory + 2, to: directory + 2 + count * 12, by: 12)
    where number(at: entry, size: 2) == Self.orientationTag {
      let type = number(at: entry + 2, size: 2)
      guard type == Self.shortType || type == Self.longType else { continue }
      valueOffset = entry + 8
      isLong = type == Self.longType
      break
    }
  }

  /// The stored value, 1...8 in a sound file; nil when there is no orientation tag.
  var orientation: Int? {
    valueOffset.flatMap { number(at: $0, size: isLong ? 4 : 2) }
  }

  /// Writes 1 over the orientation, if there is one.
  mutating func setUpright() {
    guard let valueOffset else { return }
    let size = isLong ? 4 : 2
    for i in 0..<size {
      bytes[valueOffset + i] = i == (isBigEndian ? size - 1 : 0) ? 1 : 0
    }
  }

  mutating func set(_ byte: UInt8, at offset: Int) { bytes[offset] = byte }

  mutating func fill(_ range: Range<Int>, _ byte: UInt8) {
    for i in range { bytes[i] = byte }
  }

  /// Puts bytes behind the last one, on an even place, and says where.
  mutating func append(_ more: [UInt8]) -> Int {
    if bytes.count % 2 != 0 { bytes.append(0) }
    bytes += more
    return bytes.count - more.count
  }

  /// An unsigned number of 2 or 4 bytes; nil beyond the end. Offsets are at most 2^32 + 2^20.
  func number(at offset: Int, size: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    let field = bytes[offset..<offset + size]
    return isBigEndian
      ? field.reduce(0) { $0 << 8 | Int($1) }
      : field.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

/// The orientation that an XMP packet repeats.
enum XMP {
  private static let properties = ["=\"", "='", ">"].map { Array("tiff:Orientation\($0)".utf8) }

  /// The packet with every `tiff:Orientation` set to 1.
  static func upright(_ packet: [UInt8]) -> [UInt8] {
    var packet = packet
    for property in properties {
      var start = 0
      while start + property.count < packet.count {
        let end = start + property.count
        if packet[start] == property[0], packet[start..<end].elementsEqual(property),
          (0x31...0x38).contains(packet[end])
        {
          packet[end] = 0x31
        }
        start += 1
      }
    }
    return packet
  }
}
