/// An EXIF block, whose directories can be changed.
///
/// What a change does not concern stays byte for byte at its place: moving it would break maker
/// notes, whose offsets are private to each camera.
struct EXIF {
  var stream: TagStream<[UInt8]>

  private static let orientationTag = 0x0112
  private static let shortType = 3
  private static let longType = 4

  /// Nil when the bytes are not a TIFF stream with a complete first directory.
  init?(_ bytes: [UInt8]) {
    guard let stream = TagStream(bytes), !stream.isBig,
      stream.directory(linkedAt: TagStream<[UInt8]>.firstLink) != nil
    else { return nil }
    self.stream = stream
  }

  var bytes: [UInt8] { stream.bytes }

  /// The block without the prefix that JPEG has before it, as some writers put it elsewhere, too.
  static func withoutPrefix(_ block: [UInt8]) -> [UInt8] {
    // "Exif", a zero, and a byte that is zero in sound files.
    block.starts(with: JPEGSegments.exifPrefix.dropLast()) ? Array(block.dropFirst(6)) : block
  }

  private var orientationEntry: Int? {
    stream.directory(linkedAt: TagStream<[UInt8]>.firstLink)?.entries.first {
      stream.tag($0) == Self.orientationTag && isNumber($0)
    }
  }

  private func isNumber(_ entry: Int) -> Bool {
    let type = stream.number(at: entry + 2, size: 2)
    return type == Self.shortType || type == Self.longType
  }

  private func numberSize(_ entry: Int) -> Int {
    stream.number(at: entry + 2, size: 2) == Self.longType ? 4 : 2
  }

  /// The stored value, 1...8 in a sound file; nil when there is no orientation tag.
  var orientation: Int? {
    orientationEntry.flatMap { stream.number(at: $0 + 8, size: numberSize($0)) }
  }

  /// Writes 1 over the orientation, if there is one.
  mutating func setUpright() {
    guard let entry = orientationEntry else { return }
    stream.write(1, at: entry + 8, size: numberSize(entry))
  }

  /// Writes a number over that of an entry of one number.
  mutating func set(_ entry: Int, to value: Int) {
    guard isNumber(entry), stream.number(at: entry + 4, size: 4) == 1 else { return }
    if value > 0xFFFF { stream.write(Self.longType, at: entry + 2, size: 2) }
    stream.write(value, at: entry + 8, size: numberSize(entry))
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
