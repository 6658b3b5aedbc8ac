/// The numbers and directories of a TIFF stream: an EXIF block, or a TIFF file as a whole.
///
/// Nothing outside the bytes is read, whatever they say.
struct TagStream<Bytes: RandomAccessCollection<UInt8>> where Bytes.Index == Int {
  /// Indices begin at 0.
  var bytes: Bytes
  let isBigEndian: Bool

  /// Where the link to the first directory is.
  static var firstLink: Int { 4 }

  /// Nil when the bytes do not begin as a TIFF stream with offsets of 32 bits.
  init?(_ bytes: Bytes) {
    self.bytes = bytes
    switch Array(bytes.prefix(4)) {
    case [0x49, 0x49, 0x2A, 0x00]: isBigEndian = false
    case [0x4D, 0x4D, 0x00, 0x2A]: isBigEndian = true
    default: return nil
    }
  }

  /// An unsigned number of 2 or 4 bytes; nil beyond the end. Offsets are at most 2^32 + 2^20.
  func number(at offset: Int, size: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    let field = bytes[offset..<offset + size]
    return isBigEndian
      ? field.reduce(0) { $0 << 8 | Int($1) }
      : field.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  struct Directory {
    let start: Int
    /// Where each entry begins.
    let entries: [Int]
    /// Where the link to the next directory is.
    var link: Int { start + 2 + entries.count * 12 }
    var end: Int { link + 4 }
  }

  /// nil when it does not lie in the bytes as a whole.
  func directory(at start: Int?) -> Directory? {
    guard let start, let count = number(at: start, size: 2),
      start + 6 + count * 12 <= bytes.count
    else { return nil }
    return Directory(start: start, entries: (0..<count).map { start + 2 + $0 * 12 })
  }

  /// The directory that the link at an offset leads to.
  func directory(linkedAt link: Int) -> Directory? { directory(at: number(at: link, size: 4)) }

  func tag(_ entry: Int) -> Int { number(at: entry, size: 2) ?? 0 }

  /// Where an entry's value lies, be it beyond the end; nil when its type is unknown.
  func value(of entry: Int) -> Range<Int>? {
    guard let type = number(at: entry + 2, size: 2), let size = Self.sizes[type],
      let count = number(at: entry + 4, size: 4)
    else { return nil }
    // At most 2^35.
    let length = size * count
    guard length > 4 else { return entry + 8..<entry + 8 + length }
    return number(at: entry + 8, size: 4).map { $0..<$0 + length }
  }

  /// Bytes of one value of each type.
  private static var sizes: [Int: Int] {
    [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4]
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
