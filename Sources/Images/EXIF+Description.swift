/// The way of what describes a picture from a TIFF's directory into an EXIF block and back. Both
/// are TIFF streams of one byte order, so that values move as they are.
extension EXIF {
  /// Tags of a TIFF's directory that describe its picture, and not how pixels are stored: EXIF's
  /// own (CIPA DC-008, table 4, D), those that tell pages apart, and those of file managers.
  private static let descriptive: Set<Int> = [
    0x00FE, 0x010D, 0x010E, 0x010F, 0x0110, 0x011D, 0x0129, 0x0131, 0x0132, 0x013B, 0x013C,
    0x4746, 0x4749, 0x8298, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F, exifPointer, locationPointer,
  ]
  private static let interoperabilityPointer = 0xA005

  /// A description is larger than it may be.
  struct TooLarge: Error {}

  /// The block that says of a picture what a directory of its TIFF file says; nil when that is
  /// nothing, or when the file is none that ``TagStream`` reads.
  static func block(
    of file: UnsafeRawBufferPointer, directory offset: Int, limit: Int
  ) throws(TooLarge) -> [UInt8]? {
    guard let source = TagStream(file), let directory = source.directory(at: offset),
      var block = EXIF(blank(isBigEndian: source.isBigEndian))
    else { return nil }
    let isDescribed = try block.describe(
      linkedAt: TagStream<[UInt8]>.firstLink, as: directory, of: source, limit: limit)
    return isDescribed ? block.bytes : nil
  }

  /// Adds to a directory of this stream what it lacks and another stream's says of its picture.
  /// - Parameters:
  ///   - link: where the link to this stream's directory is; it will lead to the longer one.
  ///   - limit: the most bytes to add.
  /// - Returns: whether there was anything to add.
  mutating func describe<Bytes>(
    linkedAt link: Int, as directory: TagStream<Bytes>.Directory, of source: TagStream<Bytes>,
    limit: Int
  ) throws(TooLarge) -> Bool {
    guard let own = stream.directory(linkedAt: link) else { return false }
    let taken = Set(own.entries.map(stream.tag))
    let bound = stream.bytes.count + limit
    let records = try copies(
      of: directory.entries.filter {
        Self.descriptive.contains(source.tag($0)) && !taken.contains(source.tag($0))
      }, of: source, following: [Self.exifPointer, Self.locationPointer], bound)
    guard !records.isEmpty else { return false }
    stream.write(stream.appendDirectory(own, adding: records), at: link, size: 4)
    return true
  }

  /// Appends the values of entries. Of entries of one tag the first is taken, and those whose value
  /// is not there are left out.
  /// - Parameters:
  ///   - pointers: tags of entries that lead to directories.
  ///   - bound: the most bytes that this stream may have.
  /// - Returns: the entries as they are here.
  private mutating func copies<Bytes>(
    of entries: [Int], of source: TagStream<Bytes>, following pointers: [Int], _ bound: Int
  ) throws(TooLarge) -> [[UInt8]] {
    var (records, taken): ([[UInt8]], Set<Int>) = ([], [])
    for entry in entries where taken.insert(source.tag(entry)).inserted {
      var record = Array(source.bytes[entry..<entry + 12])
      if pointers.contains(source.tag(entry)) {
        guard let directory = source.directory(linkedAt: entry + 8) else { continue }
        let inner = try copies(
          of: directory.entries, of: source,
          following: pointers.contains(Self.interoperabilityPointer)
            ? [] : [Self.interoperabilityPointer], bound)
        stream.put(stream.appendDirectory(nil, adding: inner), in: &record, at: 8, size: 4)
      } else {
        guard let value = source.value(of: entry), value.upperBound <= source.bytes.count else {
          continue
        }
        if value.lowerBound != entry + 8 {
          guard stream.bytes.count + value.count <= bound else { throw TooLarge() }
          stream.put(
            stream.append(Array(source.bytes[value])), in: &record, at: 8, size: 4)
        }
      }
      records.append(record)
      guard stream.bytes.count + 12 * records.count <= bound else { throw TooLarge() }
    }
    return records
  }
}
