import CodecShims

/// A JPEG being decoded by libjpeg.
struct JPEGDecoder: ~Copyable {
  private let reader: OpaquePointer
  let header: limpid_jpeg_header
  private let limits: ImageLimits

  static let exifPrefix = Array("Exif\0\0".utf8)
  static let xmpPrefix = Array("http://ns.adobe.com/xap/1.0/\0".utf8)

  static func decode(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits)
    throws(ImageError) -> Image
  {
    let decoder = try JPEGDecoder(bytes, limits: limits)
    return try decoder.image()
  }

  init(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(ImageError) {
    var opened: OpaquePointer?
    var header = limpid_jpeg_header()
    let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let scans = Int32(clamping: limits.jpegScans)
    let status = limpid_jpeg_open(base, bytes.count, scans, &opened, &header)
    guard let opened else { throw .outOfMemory }
    do throws(ImageError) {
      if let fault = Self.fault(status, opened) { throw fault }
      try limits.check(width: header.width, height: header.height)
    } catch {
      limpid_jpeg_close(opened)
      throw error
    }
    reader = opened
    self.header = header
    self.limits = limits
  }

  deinit { limpid_jpeg_close(reader) }

  private static func fault(_ status: limpid_status, _ reader: OpaquePointer) -> ImageError? {
    ImageError(status, .jpeg) { String(cString: limpid_jpeg_error(reader)) }
  }

  private func image() throws(ImageError) -> Image {
    var warnings: [String] = []
    var metadata = try metadata(&warnings)
    let pixels = try pixels()
    warnings += messages { limpid_jpeg_warning(reader, $0) }
    let (width, height) = (Int(header.width), Int(header.height))
    let samples: [Float]
    if header.channels == 4 {
      let ink = CMYK(samples: pixels, isInverted: header.is_adobe)
      samples = ink.converted(through: metadata.icc, warnings: &warnings)
      metadata.icc = nil
    } else {
      samples = pixels.withUnsafeBytes {
        Samples.planar(
          $0, pixels: width * height, channels: Int(header.channels), depth: .eight)
      }
    }
    return Image(
      width: width, height: height, channels: header.channels == 1 ? .gray : .rgb,
      samples: samples, metadata: metadata, format: .jpeg, warnings: warnings)
  }

  private func pixels() throws(ImageError) -> [UInt8] {
    let (area, overflow) = Int(header.width).multipliedReportingOverflow(by: Int(header.height))
    let (size, overflows) = area.multipliedReportingOverflow(by: Int(header.channels))
    guard !overflow, !overflows else { throw .outOfMemory }
    var status = LIMPID_OK
    let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      status = limpid_jpeg_read(reader, buffer.baseAddress, size)
      count = status == LIMPID_OK ? size : 0
    }
    if let fault = Self.fault(status, reader) { throw fault }
    return pixels
  }

  /// To be called before ``pixels()``, which releases libjpeg's markers.
  private func metadata(_ warnings: inout [String]) throws(ImageError) -> Metadata {
    var metadata = Metadata()
    var profile = limpid_span()
    if let fault = Self.fault(limpid_jpeg_icc(reader, &profile), reader) { throw fault }
    metadata.icc = Metadata.bounded(
      [UInt8](profile), "ICC profile", limit: limits.iccBytes, warnings: &warnings)
    var payload = limpid_span()
    var index = 0
    while limpid_jpeg_app1_at(reader, index, &payload) {
      index += 1
      let bytes = [UInt8](payload)
      if metadata.exif == nil, bytes.starts(with: Self.exifPrefix) {
        metadata.exif = Metadata.bounded(
          Array(bytes.dropFirst(Self.exifPrefix.count)), "EXIF block", limit: limits.exifBytes,
          warnings: &warnings)
      } else if metadata.xmp == nil, bytes.starts(with: Self.xmpPrefix) {
        metadata.xmp = Metadata.bounded(
          Array(bytes.dropFirst(Self.xmpPrefix.count)), "XMP packet", limit: limits.textBytes,
          warnings: &warnings)
      }
    }
    metadata.density = density
    return metadata
  }

  private var density: Density? {
    guard header.density_x > 0, header.density_y > 0 else { return nil }
    switch header.density_unit {
    case 1: return Density(dotsPerInch: header.density_x, header.density_y)
    case 2: return Density(x: header.density_x &* 100, y: header.density_y &* 100)
    default: return nil
    }
  }
}
