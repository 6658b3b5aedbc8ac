import CodecShims

/// A WebP being decoded by libwebp.
struct WebPDecoder: ~Copyable {
  private let reader: OpaquePointer
  let header: limpid_webp_header
  private let limits: ImageLimits

  static func decode(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits)
    throws(ImageError) -> Image
  {
    let decoder = try WebPDecoder(bytes, limits: limits)
    return try decoder.image()
  }

  init(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(ImageError) {
    var opened: OpaquePointer?
    var header = limpid_webp_header()
    let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let status = limpid_webp_open(base, bytes.count, &opened, &header)
    guard let opened else { throw .outOfMemory }
    do throws(ImageError) {
      if let fault = Self.fault(status, opened) { throw fault }
      try limits.check(width: header.width, height: header.height)
    } catch {
      limpid_webp_close(opened)
      throw error
    }
    reader = opened
    self.header = header
    self.limits = limits
  }

  deinit { limpid_webp_close(reader) }

  private static func fault(_ status: limpid_status, _ reader: OpaquePointer) -> ImageError? {
    ImageError(status, .webp) { String(cString: limpid_webp_error(reader)) }
  }

  private func image() throws(ImageError) -> Image {
    let (width, height) = (Int(header.width), Int(header.height))
    let channels: Image.Channels = header.has_alpha ? .rgba : .rgb
    let size = width * height * channels.rawValue
    var status = LIMPID_OK
    let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      status = limpid_webp_read(reader, buffer.baseAddress, size)
      count = status == LIMPID_OK ? size : 0
    }
    if let fault = Self.fault(status, reader) { throw fault }
    var warnings: [String] = []
    let metadata = metadata(&warnings)
    if header.is_animated {
      warnings.append("the WebP is animated; only its first frame is read")
    }
    let samples = pixels.withUnsafeBytes {
      Samples.planar($0, pixels: width * height, channels: channels.rawValue, depth: .eight)
    }
    return Image(
      width: width, height: height, channels: channels, samples: samples, metadata: metadata,
      format: .webp, warnings: warnings)
  }

  private func metadata(_ warnings: inout [String]) -> Metadata {
    var metadata = Metadata()
    metadata.icc = Metadata.bounded(
      [UInt8](limpid_webp_chunk(reader, "ICCP")), "ICC profile", limit: limits.iccBytes,
      warnings: &warnings)
    metadata.exif = Metadata.bounded(
      EXIF.withoutPrefix([UInt8](limpid_webp_chunk(reader, "EXIF"))), "EXIF block",
      limit: limits.exifBytes, warnings: &warnings)
    metadata.xmp = Metadata.bounded(
      [UInt8](limpid_webp_chunk(reader, "XMP ")), "XMP packet", limit: limits.textBytes,
      warnings: &warnings)
    return metadata
  }
}
