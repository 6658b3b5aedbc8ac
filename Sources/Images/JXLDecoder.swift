import CodecShims

/// A JPEG XL being decoded by libjxl.
struct JXLDecoder: ~Copyable {
  private let reader: OpaquePointer
  let header: limpid_jxl_header
  private let limits: ImageLimits

  init(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(ImageError) {
    try ImageFormat.jxl.requireLibrary()
    var opened: OpaquePointer?
    var header = limpid_jxl_header()
    let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let boxBytes = max(limits.exifBytes, limits.textBytes)
    let status = limpid_jxl_open(base, bytes.count, boxBytes, &opened, &header)
    guard let opened else { throw .outOfMemory }
    do throws(ImageError) {
      if let fault = Self.fault(status, opened) { throw fault }
      try limits.check(width: header.width, height: header.height)
    } catch {
      limpid_jxl_close(opened)
      throw error
    }
    (reader, self.header, self.limits) = (opened, header, limits)
  }

  deinit { limpid_jxl_close(reader) }

  private static func fault(_ status: limpid_status, _ reader: OpaquePointer) -> ImageError? {
    ImageError(status, .jxl) { String(cString: limpid_jxl_error(reader)) }
  }

  func image() throws(ImageError) -> Image {
    let (width, height) = (Int(header.width), Int(header.height))
    guard let channels = Image.Channels(rawValue: Int(header.channels)) else {
      throw .unsupported("\(header.channels) channels")
    }
    let depth: Image.Depth = header.bit_depth == 16 ? .sixteen : .eight
    let size = width * height * channels.rawValue * (depth.rawValue / 8)
    var status = LIMPID_OK
    let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      status = limpid_jxl_read(reader, buffer.baseAddress, size)
      count = status == LIMPID_OK ? size : 0
    }
    if let fault = Self.fault(status, reader) { throw fault }
    var warnings: [String] = []
    let metadata = metadata(&warnings)
    if header.is_animated {
      warnings.append("the JPEG XL is animated; only its first frame is read")
    }
    var samples = pixels.withUnsafeBytes {
      Samples.planar($0, pixels: width * height, channels: channels.rawValue, depth: depth)
    }
    if header.is_premultiplied { Samples.divideByAlpha(&samples, channels: channels.rawValue) }
    var image = Image(
      width: width, height: height, channels: channels, samples: samples, depth: depth,
      metadata: metadata, format: .jxl, warnings: warnings)
    if header.has_preview { image.leftOut.append(Companion.thumbnail.rawValue) }
    if header.other_channels > 0 { image.leftOut.append("channels beside colours and alpha") }
    return image
  }

  private func metadata(_ warnings: inout [String]) -> Metadata {
    var metadata = Metadata()
    metadata.icc = Metadata.bounded(
      [UInt8](limpid_jxl_icc(reader)), "ICC profile", limit: limits.iccBytes, warnings: &warnings)
    let exif = EXIF.behindOffset([UInt8](limpid_jxl_exif(reader)))
    metadata.exif = Metadata.bounded(
      exif, "EXIF block", limit: limits.exifBytes, warnings: &warnings)
    metadata.xmp = Metadata.bounded(
      [UInt8](limpid_jxl_xmp(reader)), "XMP packet", limit: limits.textBytes, warnings: &warnings)
    // The file's own turns have been made.
    metadata.setUpright()
    var points: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
    if limpid_jxl_coding_points(reader, &points) { metadata.declare(points) }
    return metadata
  }
}
