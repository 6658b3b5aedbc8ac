import CodecShims

/// A TIFF being decoded by libtiff, page by page, strip by strip or tile by tile.
struct TIFFDecoder: ~Copyable {
  private let reader: OpaquePointer
  /// Of the page at hand.
  private(set) var header: limpid_tiff_header
  private let bytes: UnsafeRawBufferPointer
  private let limits: ImageLimits
  private var page = 1

  init(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(ImageError) {
    var opened: OpaquePointer?
    var header = limpid_tiff_header()
    let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let status = limpid_tiff_open(base, bytes.count, &opened, &header)
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

  /// Goes on to the next page.
  /// - Precondition: the header says that there is one.
  mutating func advance() throws(ImageError) {
    page += 1
    guard page <= limits.pages else {
      throw .tooLarge("the TIFF has more than \(limits.pages) pages")
    }
    if let fault = Self.fault(limpid_tiff_next(reader, &header), reader) { throw fault }
    try limits.check(width: header.width, height: header.height)
  }

  /// The page at hand.
  func image(_ orientation: OrientationChoice) throws(ImageError) -> Image {
    guard let channels = Image.Channels(rawValue: Int(header.channels)),
      let depth = Image.Depth(rawValue: Int(header.bit_depth))
    else { throw .unsupported("\(header.channels) channels of \(header.bit_depth) bits") }
    let (width, height) = (Int(header.width), Int(header.height))
    let size = width * height * channels.rawValue * (depth.rawValue / 8)
    var status = LIMPID_OK
    let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      status = limpid_tiff_read(reader, buffer.baseAddress, size)
      count = status == LIMPID_OK ? size : 0
    }
    if let fault = Self.fault(status, reader) { throw fault }
    var warnings = messages { limpid_tiff_warning(reader, $0) } + notes
    let metadata = metadata(&warnings)
    let samples = pixels.withUnsafeBytes {
      Samples.planar($0, pixels: width * height, channels: channels.rawValue, depth: depth)
    }
    var image = Image(
      width: width, height: height, channels: channels, samples: samples, depth: depth,
      metadata: metadata, format: .tiff, warnings: warnings)
    guard let turn = Orientation(rawValue: Int(header.orientation)), turn != .upright else {
      return image
    }
    if orientation == .bake { return image.upright(from: turn) }
    image.metadata.exif = EXIF.block(image.metadata.exif, with: turn)
    return image
  }

  private var notes: [String] {
    var notes: [String] = []
    if header.is_float { notes.append("float samples are limited to [0, 1] and kept as 16 bits") }
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
    if header.dots_x > 0, header.dots_y > 0 {
      let (x, y) = (header.dots_x.rounded(), header.dots_y.rounded())
      metadata.density = Density(x: UInt32(max(x, 1)), y: UInt32(max(y, 1)))
    }
    return metadata
  }

  private func exif(_ warnings: inout [String]) -> [UInt8]? {
    guard let directory = Int(exactly: header.directory) else { return nil }
    if header.has_exif, TagStream(bytes) == nil {
      warnings.append("EXIF in a BigTIFF is not read and is left out")
    }
    do throws(EXIF.TooLarge) {
      return try EXIF.block(of: bytes, directory: directory, limit: limits.exifBytes)
    } catch {
      warnings.append("the EXIF of the TIFF exceeds \(limits.exifBytes) bytes and is left out")
      return nil
    }
  }
}
