/// The numbers and directories of a TIFF stream: an EXIF block, or a TIFF file as a whole.
///
/// Nothing outside the bytes is read, whatever they say.
struct TagStream<Bytes: RandomAccessCollection<UInt8>> where Bytes.Index == Int {
  /// Indices begin at 0.
  var bytes: Bytes
  let isBigEndian: Bool
  /// Whether offsets have 64 bits, as in a BigTIFF. Such streams are only read.
  let isBig: Bool

  /// Where the link to the first directory is, when offsets have 32 bits.
  static var firstLink: Int { 4 }
  /// Where it is here.
  var firstDirectoryLink: Int { isBig ? 8 : Self.firstLink }

  /// Nil when the bytes do not begin as a TIFF stream.
  init?(_ bytes: Bytes) {
    self.bytes = bytes
    switch Array(bytes.prefix(4)) {
    case [0x49, 0x49, 0x2A, 0x00]: (isBigEndian, isBig) = (false, false)
    case [0x4D, 0x4D, 0x00, 0x2A]: (isBigEndian, isBig) = (true, false)
    case [0x49, 0x49, 0x2B, 0x00]: (isBigEndian, isBig) = (false, true)
    case [0x4D, 0x4D, 0x00, 0x2B]: (isBigEndian, isBig) = (true, true)
    default: return nil
    }
  }

  /// An unsigned number of 2, 4 or 8 bytes; nil beyond the end, and from 2^48 on.
  func number(at offset: Int, size: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    let field = bytes[offset..<offset + size]
    let number =
      isBigEndian
      ? field.reduce(0) { $0 << 8 | UInt64($1) }
      : field.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    return number < 1 << 48 ? Int(number) : nil
  }

  /// Bytes of an entry, and of the field in it that holds its value or leads there.
  private var entrySize: Int { isBig ? 20 : 12 }
  private var fieldSize: Int { isBig ? 8 : 4 }

  struct Directory {
    let start: Int
    /// Where each entry begins.
    let entries: [Int]
    /// Where the link to the next directory is.
    let link: Int
    let end: Int
  }

  /// More entries than this make no directory, as in libtiff.
  private static var mostEntries: Int { 4096 }

  /// nil when it does not lie in the bytes as a whole.
  func directory(at start: Int?) -> Directory? {
    let head = isBig ? 8 : 2
    guard let start, let count = number(at: start, size: head), count <= Self.mostEntries,
      count <= (bytes.count - start - head - fieldSize) / entrySize
    else { return nil }
    let link = start + head + count * entrySize
    guard link + fieldSize <= bytes.count else { return nil }
    return Directory(
      start: start, entries: (0..<count).map { start + head + $0 * entrySize }, link: link,
      end: link + fieldSize)
  }

  /// Where the link at an offset leads.
  func link(at offset: Int) -> Int? { number(at: offset, size: fieldSize) }

  /// The directory that the link at an offset leads to.
  func directory(linkedAt link: Int) -> Directory? {
    directory(at: number(at: link, size: fieldSize))
  }

  /// The directory that an entry leads to.
  func directory(of entry: Int) -> Directory? {
    directory(linkedAt: entry + entrySize - fieldSize)
  }

  func tag(_ entry: Int) -> Int { number(at: entry, size: 2) ?? 0 }

  /// Where an entry's value lies, be it beyond the end; nil when its type is unknown.
  func value(of entry: Int) -> Range<Int>? {
    guard let type = number(at: entry + 2, size: 2), let size = Self.sizes[type],
      let count = number(at: entry + 4, size: fieldSize)
    else { return nil }
    // At most 2^51.
    let (length, field) = (size * count, entry + 4 + fieldSize)
    guard length > fieldSize else { return field..<field + length }
    return number(at: field, size: fieldSize).map { $0..<$0 + length }
  }

  /// How many values an entry has, and of which type.
  func kind(of entry: Int) -> (type: Int, count: Int)? {
    guard let type = number(at: entry + 2, size: 2),
      let count = number(at: entry + 4, size: fieldSize)
    else { return nil }
    return (type, count)
  }

  /// Bytes of one value of each type.
  private static var sizes: [Int: Int] {
    [
      1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8,
      17: 8,
      18: 8,
    ]
  }
}

extension TagStream where Bytes == [UInt8] {
  mutating func write(_ value: Int, at offset: Int, size: Int) {
    put(value, in: &bytes, at: offset, size: size)
  }

  /// Puts bytes behind the last one, on an even place, and says where.
  mutating func append(_ more: [UInt8]) -> Int {
    if bytes.count % 2 != 0 { bytes.append(0) }
    bytes += more
    return bytes.count - more.count
  }

  /// An entry of a directory.
  func record(tag: Int, type: Int, count: Int, value: Int, valueSize: Int = 4) -> [UInt8] {
    var record = [UInt8](repeating: 0, count: 12)
    put(tag, in: &record, at: 0, size: 2)
    put(type, in: &record, at: 2, size: 2)
    put(count, in: &record, at: 4, size: 4)
    put(value, in: &record, at: 8, size: valueSize)
    return record
  }

  /// Appends a copy of a directory with more entries, in the order of tags.
  /// - Parameter records: entries of tags that the directory does not have.
  /// - Returns: where it begins.
  mutating func appendDirectory(_ old: Directory?, adding records: [[UInt8]]) -> Int {
    let copies = (old?.entries ?? []).map { Array(bytes[$0..<$0 + 12]) }
    let all = (copies + records).sorted { tag(ofRecord: $0) < tag(ofRecord: $1) }
    let next = old.flatMap { number(at: $0.link, size: 4) } ?? 0
    var directory = [UInt8](repeating: 0, count: 6 + 12 * all.count)
    put(all.count, in: &directory, at: 0, size: 2)
    directory.replaceSubrange(2..<2 + 12 * all.count, with: all.joined())
    put(next, in: &directory, at: 2 + 12 * all.count, size: 4)
    return append(directory)
  }

  func put(_ value: Int, in field: inout [UInt8], at offset: Int, size: Int) {
    for i in 0..<size {
      let shift = 8 * (isBigEndian ? size - 1 - i : i)
      field[offset + i] = UInt8(truncatingIfNeeded: value >> shift)
    }
  }

  private func tag(ofRecord record: [UInt8]) -> Int {
    let (first, second) = (Int(record[0]), Int(record[1]))
    return isBigEndian ? first << 8 | second : second << 8 | first
  }
}
