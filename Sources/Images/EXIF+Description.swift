/// The way of what describes a picture from a TIFF's directory into an EXIF block and back. Both
/// are TIFF streams of one byte order, so that values move as they are.
extension EXIF {
  /// Tags of a TIFF's directory that describe its picture, and not how pixels are stored: EXIF's
  /// own (CIPA DC-008, table 4, D), those that tell pages apart, and those of file managers.
  private static let descriptive = geographic.union([
    0x00FE, 0x010D, 0x010E, 0x010F, 0x0110, 0x011D, 0x0129, 0x0131, 0x0132, 0x013B, 0x013C,
    0x4746, 0x4749, 0x8298, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F, exifPointer, locationPointer,
    photoshopTag, iptcTag,
  ])

  /// GeoTIFF's tags and those of GDAL: where on earth pixels lie, and what they measure.
  static let geographic: Set<Int> = [
    pixelScale, tiePoints, 0x85D8, 0x87AF, 0x87B0, 0x87B1, 0xA480, 0xA481, 0xC69C,
  ]
  static let pixelScale = 0x830E
  static let tiePoints = 0x8482
  static let iptcTag = 0x83BB
  static let photoshopTag = 0x8649

  /// Whether a tag is taken over from a TIFF's directory, or says how its pixels are stored.
  static func isUnderstood(_ tag: Int) -> Bool {
    descriptive.contains(tag) || structural.contains(tag)
  }

  /// Tags of pixels (TIFF 6.0 and its supplements), of density, profiles and XMP.
  private static let structural: Set<Int> = Set(0x00FF...0x0103).union([
    0x0106, 0x0107, 0x0108, 0x0109, 0x010A, 0x0111, 0x0112, 0x0115, 0x0116, 0x0117, 0x0118, 0x0119,
    0x011A, 0x011B, 0x011C, 0x0120, 0x0121, 0x0122, 0x0123, 0x0124, 0x0125, 0x0128, 0x012D, 0x013D,
    0x013E, 0x013F, 0x0140, 0x0141, 0x0142, 0x0143, 0x0144, 0x0145, 0x014C, 0x014D, 0x014E, 0x0150,
    0x0152, 0x0153, 0x0154, 0x0155, 0x0156, 0x015B, 0x0200, 0x0211, 0x0212, 0x0213, 0x0214, 0x02BC,
    0x8773, 0x87BE,
  ])

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
      linkedAt: TagStream<[UInt8]>.firstLink, as: directory, of: source, limit: limit,
      without: [iptcTag, photoshopTag])
    return isDescribed ? block.bytes : nil
  }

  /// Adds to a directory of this stream what it lacks and another stream's says of its picture.
  /// - Parameters:
  ///   - link: where the link to this stream's directory is; it will lead to the longer one.
  ///   - limit: the most bytes to add.
  ///   - tags: what is not wanted.
  /// - Returns: whether there was anything to add.
  mutating func describe<Bytes>(
    linkedAt link: Int, as directory: TagStream<Bytes>.Directory, of source: TagStream<Bytes>,
    limit: Int, without tags: Set<Int> = []
  ) throws(TooLarge) -> Bool {
    guard let own = stream.directory(linkedAt: link) else { return false }
    let taken = tags.union(own.entries.map(stream.tag))
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
      let record: [UInt8]
      if pointers.contains(source.tag(entry)) {
        guard let directory = source.directory(of: entry) else { continue }
        let inner = try copies(
          of: directory.entries, of: source,
          following: pointers.contains(Self.interoperabilityPointer)
            ? [] : [Self.interoperabilityPointer], bound)
        let place = stream.appendDirectory(nil, adding: inner)
        record = stream.record(
          tag: source.tag(entry), type: Self.pointerType, count: 1, value: place)
      } else {
        guard let copy = try copy(of: entry, of: source, bound) else { continue }
        record = copy
      }
      records.append(record)
      guard stream.bytes.count + 12 * records.count <= bound else { throw TooLarge() }
    }
    return records
  }

  /// Appends an entry's value, unless it fits in the entry; nil when it is not there.
  private mutating func copy<Bytes>(
    of entry: Int, of source: TagStream<Bytes>, _ bound: Int
  ) throws(TooLarge) -> [UInt8]? {
    guard let (type, count) = source.kind(of: entry), let value = source.value(of: entry),
      value.upperBound <= source.bytes.count
    else { return nil }
    var record = stream.record(tag: source.tag(entry), type: type, count: count, value: 0)
    if value.count <= 4 {
      record.replaceSubrange(8..<8 + value.count, with: source.bytes[value])
    } else {
      guard stream.bytes.count + value.count <= bound else { throw TooLarge() }
      stream.put(stream.append(Array(source.bytes[value])), in: &record, at: 8, size: 4)
    }
    return record
  }
}
