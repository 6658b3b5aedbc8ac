import CodecShims

/// A TIFF being decoded by libtiff, page by page, strip by strip or tile by tile.
struct TIFFDecoder: ~Copyable {
  private let reader: OpaquePointer
  /// Of the page at hand.
  private(set) var header: limpid_tiff_header
  private let bytes: UnsafeRawBufferPointer
  private let limits: ImageLimits
  private let pages: TIFFPages
  private var page = 0

  init(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(ImageError) {
    pages = TIFFPages(bytes, limit: limits.pages + 1)
    var opened: OpaquePointer?
    var header = limpid_tiff_header()
    let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let first = UInt64(pages.offsets.first ?? 0)
    let status = limpid_tiff_open(base, bytes.count, first, &opened, &header)
    guard let opened else { throw .outOfMemory }
    do throws(ImageError) {
      if let fault = Self.fault(status, opened) { throw fault }
      try limits.check(width: header.width, height: header.height)
    } catch {
      limpid_tiff_close(opened)
      throw error
    }
    reader = opened
    self.header = header
    (self.bytes, self.limits) = (bytes, limits)
  }

  deinit { limpid_tiff_close(reader) }

  private static func fault(_ status: limpid_status, _ reader: OpaquePointer) -> ImageError? {
    ImageError(status, .tiff) { String(cString: limpid_tiff_error(reader)) }
  }

  var hasMorePages: Bool { page + 1 < pages.offsets.count }

  /// Goes on to the next page.
  /// - Precondition: there is one.
  mutating func advance() throws(ImageError) {
    page += 1
    guard page < limits.pages else {
      throw .tooLarge("the TIFF has more than \(limits.pages) pages")
    }
    let status = limpid_tiff_go(reader, UInt64(pages.offsets[page]), &header)
    if let fault = Self.fault(status, reader) { throw fault }
    try limits.check(width: header.width, height: header.height)
  }

  /// The page at hand.
  func image(_ orientation: OrientationPolicy) throws(ImageError) -> Image {
    guard let depth = Image.Depth(rawValue: Int(header.bit_depth)) else {
      throw .unsupported("samples of \(header.bit_depth) bits")
    }
    let stored = StoredSamples(
      bytes: try pixels(depth), colours: header.colours, channels: Int(header.channels),
      depth: depth)
    var warnings = messages { limpid_tiff_warning(reader, $0) } + notes
    var metadata = metadata(&warnings)
    if header.has_orientation, header.orientation == Orientation.upright.rawValue {
      metadata.setUpright()
    }
    let (channels, samples) = try stored.planes(&metadata, &warnings)
    var image = Image(
      width: Int(header.width), height: Int(header.height), channels: channels, samples: samples,
      depth: depth, metadata: metadata, format: .tiff, warnings: warnings)
    image.leftOut = otherTags + (pages.hasOthers ? [Companion.thumbnail.rawValue] : [])
    guard let turn = Orientation(rawValue: Int(header.orientation)), turn != .upright else {
      return image
    }
    if orientation == .bake { return image.baking(turn) }
    image.metadata.exif = EXIF.block(image.metadata.exif, with: turn)
    return image
  }

  private func pixels(_ depth: Image.Depth) throws(ImageError) -> [UInt8] {
    let (width, height) = (Int(header.width), Int(header.height))
    let size = width * height * Int(header.channels) * (depth.rawValue / 8)
    var status = LIMPID_OK
    let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      status = limpid_tiff_read(reader, buffer.baseAddress, size)
      count = status == LIMPID_OK ? size : 0
    }
    if let fault = Self.fault(status, reader) { throw fault }
    return pixels
  }

  private var notes: [String] {
    var notes: [String] = []
    if header.is_float { notes.append("float samples are limited to [0, 1] and kept as 16 bits") }
    if header.is_signed { notes.append("samples below zero are black") }
    if header.has_unspecified_channel {
      notes.append("the TIFF does not say what its last channel is; it is taken for transparency")
    }
    return notes
  }

  private func metadata(_ warnings: inout [String]) -> Metadata {
    var metadata = Metadata()
    metadata.icc = Metadata.bounded(
      [UInt8](limpid_tiff_icc(reader)), "ICC profile", limit: limits.iccBytes,
      warnings: &warnings)
    metadata.xmp = Metadata.bounded(
      [UInt8](limpid_tiff_xmp(reader)), "XMP packet", limit: limits.textBytes,
      warnings: &warnings)
    metadata.exif = exif(&warnings)
    metadata.resources = resources
    if header.dots_x > 0, header.dots_y > 0 {
      let (x, y) = (header.dots_x.rounded(), header.dots_y.rounded())
      metadata.density = Density(x: UInt32(max(x, 1)), y: UInt32(max(y, 1)))
    }
    return metadata
  }

  private func exif(_ warnings: inout [String]) -> [UInt8]? {
    guard let directory = Int(exactly: header.directory) else { return nil }
    do throws(EXIF.TooLarge) {
      return try EXIF.block(of: bytes, directory: directory, limit: limits.exifBytes)
    } catch {
      warnings.append("the EXIF of the TIFF exceeds \(limits.exifBytes) bytes and is left out")
      return nil
    }
  }

  private var entries: (stream: TagStream<UnsafeRawBufferPointer>, places: [Int])? {
    guard let stream = TagStream(bytes), let offset = Int(exactly: header.directory),
      let directory = stream.directory(at: offset)
    else { return nil }
    return (stream, directory.entries)
  }

  /// Tags that neither say how pixels are stored nor are taken over.
  private var otherTags: [String] {
    guard let (stream, places) = entries else { return [] }
    let others = places.map(stream.tag).filter { !EXIF.isUnderstood($0) }
    return others.isEmpty
      ? [] : ["TIFF tags " + others.prefix(8).map(String.init).joined(separator: ", ")]
  }

  private var resources: PhotoshopResources? {
    let packed = value(of: EXIF.photoshopTag).flatMap { PhotoshopResources($0) }
    guard var iptc = value(of: EXIF.iptcTag), iptc.count >= 4 else { return packed }
    // Some writers store it as numbers of 32 bits, in the order of the file.
    if iptc[0] != IPTC.mark, iptc[3] == IPTC.mark {
      iptc = stride(from: 0, to: iptc.count / 4 * 4, by: 4).flatMap { iptc[$0..<$0 + 4].reversed() }
    }
    guard iptc[0] == IPTC.mark, packed?.iptc != iptc else { return packed }
    return packed?.with(iptc: iptc) ?? PhotoshopResources(iptc: iptc)
  }

  /// The bytes of a field, unless they are more than text may have.
  private func value(of tag: Int) -> [UInt8]? {
    guard let (stream, places) = entries,
      let entry = places.first(where: { stream.tag($0) == tag }),
      let value = stream.value(of: entry), value.upperBound <= bytes.count,
      value.count <= limits.textBytes
    else { return nil }
    return [UInt8](bytes[value])
  }
}
