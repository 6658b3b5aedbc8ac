import CodecShims

/// A HEIC or AVIF being decoded by libheif.
struct HEIFDecoder: ~Copyable {
  private let reader: OpaquePointer
  let header: limpid_heif_header
  private let format: ImageFormat
  private let limits: ImageLimits

  /// - Parameter format: ``ImageFormat/heic`` or ``ImageFormat/avif``.
  init(_ bytes: UnsafeRawBufferPointer, _ format: ImageFormat, limits: ImageLimits)
    throws(ImageError)
  {
    try format.requireLibrary()
    var opened: OpaquePointer?
    var header = limpid_heif_header()
    let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let status = limpid_heif_open(
      base, bytes.count, UInt32(clamping: limits.side), &opened, &header)
    guard let opened else { throw .outOfMemory }
    do throws(ImageError) {
      if let fault = Self.fault(status, opened, format) { throw fault }
      try limits.check(width: header.width, height: header.height)
    } catch {
      limpid_heif_close(opened)
      throw error
    }
    (reader, self.header, self.format, self.limits) = (opened, header, format, limits)
  }

  deinit { limpid_heif_close(reader) }

  private static func fault(
    _ status: limpid_status, _ reader: OpaquePointer, _ format: ImageFormat
  ) -> ImageError? {
    ImageError(status, format) { String(cString: limpid_heif_error(reader)) }
  }

  func image() throws(ImageError) -> Image {
    let (width, height) = (Int(header.width), Int(header.height))
    let channels: Image.Channels = header.has_alpha ? .rgba : .rgb
    let depth: Image.Depth = header.bit_depth == 16 ? .sixteen : .eight
    let size = width * height * channels.rawValue * (depth.rawValue / 8)
    var status = LIMPID_OK
    let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      status = limpid_heif_read(reader, buffer.baseAddress, size)
      count = status == LIMPID_OK ? size : 0
    }
    if let fault = Self.fault(status, reader, format) { throw fault }
    var warnings: [String] = []
    let metadata = metadata(&warnings)
    var samples = pixels.withUnsafeBytes {
      Samples.planar($0, pixels: width * height, channels: channels.rawValue, depth: depth)
    }
    if header.is_premultiplied { Samples.divideByAlpha(&samples, channels: channels.rawValue) }
    var image = Image(
      width: width, height: height, channels: channels, samples: samples, depth: depth,
      metadata: metadata, format: format, warnings: warnings)
    image.leftOut = companions.map(\.rawValue)
    return image
  }

  private var companions: [Companion] {
    var found: [Companion] = []
    if header.has_thumbnail { found.append(.thumbnail) }
    if header.has_depth_map { found.append(.depthMap) }
    if header.has_auxiliary_image { found.append(.gainMap) }
    if header.has_more_images { found.append(.picture) }
    return found
  }

  private func metadata(_ warnings: inout [String]) -> Metadata {
    var metadata = Metadata()
    metadata.icc = Metadata.bounded(
      [UInt8](limpid_heif_icc(reader)), "ICC profile", limit: limits.iccBytes,
      warnings: &warnings)
    let exif = EXIF.behindOffset([UInt8](limpid_heif_exif(reader)))
    metadata.exif = Metadata.bounded(
      exif, "EXIF block", limit: limits.exifBytes, warnings: &warnings)
    metadata.xmp = Metadata.bounded(
      [UInt8](limpid_heif_xmp(reader)), "XMP packet", limit: limits.textBytes,
      warnings: &warnings)
    // The file's own turns have been made.
    metadata.setUpright()
    if header.has_coding_points, metadata.icc == nil {
      metadata.declare(header.coding_points)
    }
    return metadata
  }
}
