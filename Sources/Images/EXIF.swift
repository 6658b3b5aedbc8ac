/// An EXIF block, whose directories can be changed.
///
/// What a change does not concern stays byte for byte at its place: moving it would break maker
/// notes, whose offsets are private to each camera.
struct EXIF {
  var stream: TagStream<[UInt8]>
  /// Where the orientation's value is, if the first directory has one.
  private var valueOffset: Int?
  private var isLong = false

  private static let orientationTag = 0x0112
  private static let shortType = 3
  private static let longType = 4

  /// Nil when the bytes are not a TIFF stream with a complete first directory.
  init?(_ bytes: [UInt8]) {
    guard let stream = TagStream(bytes),
      let directory = stream.number(at: TagStream<[UInt8]>.firstLink, size: 4),
      let count = stream.number(at: directory, size: 2),
      directory + 2 + count * 12 <= bytes.count
    else { return nil }
    self.stream = stream
    for entry in stride(from: directory + 2, to: directory + 2 + count * 12, by: 12)
    where stream.tag(entry) == Self.orientationTag {
      let type = stream.number(at: entry + 2, size: 2)
      guard type == Self.shortType || type == Self.longType else { continue }
      valueOffset = entry + 8
      isLong = type == Self.longType
      break
    }
  }

  var bytes: [UInt8] { stream.bytes }

  /// The stored value, 1...8 in a sound file; nil when there is no orientation tag.
  var orientation: Int? {
    valueOffset.flatMap { stream.number(at: $0, size: isLong ? 4 : 2) }
  }

  /// Writes 1 over the orientation, if there is one.
  mutating func setUpright() {
    guard let valueOffset else { return }
    stream.write(1, at: valueOffset, size: isLong ? 4 : 2)
  }

  /// A block that says nothing.
  static func blank(isBigEndian: Bool = false) -> [UInt8] {
    isBigEndian
      ? [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]
      : [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  }

  /// A block without an orientation, or none at all, with one.
  static func block(_ block: [UInt8]?, with orientation: Orientation) -> [UInt8]? {
    guard var exif = EXIF(block ?? blank()) else { return block }
    let link = TagStream<[UInt8]>.firstLink
    let record = exif.stream.record(
      tag: orientationTag, type: shortType, count: 1, value: orientation.rawValue, valueSize: 2)
    let old = exif.stream.directory(linkedAt: link)
    exif.stream.write(exif.stream.appendDirectory(old, adding: [record]), at: link, size: 4)
    return exif.bytes
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
