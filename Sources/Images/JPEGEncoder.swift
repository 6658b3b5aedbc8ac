import CodecShims

/// A baseline JPEG with full-resolution colour being encoded by libjpeg.
struct JPEGEncoder: ~Copyable {
  private let writer: OpaquePointer
  private var warnings: [String] = []

  /// The most that fits in one marker segment.
  private static let segmentBytes = 65_533
  /// 255 segments of profile data.
  private static let profileBytes = 255 * 65_519

  static func encode(_ image: Image, _ options: EncodingOptions)
    throws(ImageError) -> EncodedImage
  {
    guard !image.channels.hasAlpha else {
      throw .unsupported("JPEG cannot store transparency: choose PNG, or a background to lay under")
    }
    var encoder = try JPEGEncoder(image, quality: min(max(options.quality ?? 95, 1), 100))
    if options.depth == .sixteen {
      encoder.warnings.append("JPEG stores 8 bits, not the 16 asked for")
    }
    try encoder.add(image.metadata)
    let pixels = Samples.interleaved(
      image.samples, pixels: image.pixelCount, channels: image.channels.rawValue, depth: .eight)
    return EncodedImage(bytes: try encoder.finish(pixels), warnings: encoder.warnings)
  }

  private init(_ image: Image, quality: Int) throws(ImageError) {
    var created: OpaquePointer?
    let density = image.metadata.density?.dotsPerInch ?? (x: 0, y: 0)
    let status = limpid_jpeg_create(
      UInt32(clamping: image.width), UInt32(clamping: image.height),
      Int32(image.channels.rawValue), Int32(quality), density.x, density.y, &created)
    guard let created else { throw .outOfMemory }
    if let fault = Self.fault(status, created) {
      limpid_jpeg_discard(created)
      throw fault
    }
    writer = created
  }

  deinit { limpid_jpeg_discard(writer) }

  private static func fault(_ status: limpid_status, _ writer: OpaquePointer) -> ImageError? {
    switch status {
    case LIMPID_OK: nil
    case LIMPID_NO_MEMORY: .outOfMemory
    default:
      .unsupported("no JPEG can be made: \(String(cString: limpid_jpeg_writer_error(writer)))")
    }
  }

  /// Adds EXIF, XMP and ICC, in the order in which readers expect them.
  private mutating func add(_ metadata: Metadata) throws(ImageError) {
    if !metadata.text.isEmpty {
      warnings.append("JPEG has no place for PNG text, which is left out")
    }
    try addSegment(
      metadata.exifWithSettings(&warnings), prefix: JPEGDecoder.exifPrefix, "EXIF block")
    try addSegment(metadata.xmp, prefix: JPEGDecoder.xmpPrefix, "XMP packet")
    if let icc = metadata.icc, !icc.isEmpty {
      guard icc.count <= Self.profileBytes else {
        warnings.append("the ICC profile is too large for a JPEG and is left out")
        return
      }
      let status = icc.withSpan { limpid_jpeg_add_icc(writer, $0) }
      if let fault = Self.fault(status, writer) { throw fault }
    }
  }

  private mutating func addSegment(_ block: [UInt8]?, prefix: [UInt8], _ name: String)
    throws(ImageError)
  {
    guard let block else { return }
    let payload = prefix + block
    guard payload.count <= Self.segmentBytes else {
      warnings.append("the \(name) is too large for a JPEG and is left out")
      return
    }
    let status = payload.withSpan { limpid_jpeg_add_app1(writer, $0) }
    if let fault = Self.fault(status, writer) { throw fault }
  }

  private func finish(_ pixels: [UInt8]) throws(ImageError) -> [UInt8] {
    var file = limpid_bytes()
    let status = limpid_jpeg_write(writer, pixels, pixels.count, &file)
    if let fault = Self.fault(status, writer) { throw fault }
    return [UInt8](consuming: file)
  }
}
