import CodecShims

/// A JPEG being decoded by libjpeg.
struct JPEGDecoder: ~Copyable {
  private let reader: OpaquePointer
  let header: limpid_jpeg_header
  private let limits: ImageLimits

  static func decode(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits)
    throws(ImageError) -> Image
  {
    let decoder = try JPEGDecoder(bytes, limits: limits)
    return try decoder.image(bytes)
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

  private func image(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> Image {
    var warnings: [String] = []
    let segments = segments()
    var metadata = try metadata(segments, &warnings)
    let pixels = try pixels()
    warnings += messages { limpid_jpeg_warning(reader, $0) }
    let samples = samples(pixels, &metadata, &warnings)
    var image = Image(
      width: Int(header.width), height: Int(header.height),
      channels: header.channels == 1 ? .gray : .rgb, samples: samples, metadata: metadata,
      format: .jpeg, warnings: warnings)
    let isGainMap = segments.leftOut.contains(Companion.gainMap.rawValue) || claimsGainMap(metadata)
    image.leftOut =
      segments.leftOut
      + JPEGSegments.companions(
        bytes.dropFirst(limpid_jpeg_end(reader)), isGainMap: isGainMap)
    return image
  }

  private func claimsGainMap(_ metadata: Metadata) -> Bool {
    var xmp = metadata.xmp.flatMap(XMP.init)
    return xmp?.removeCompanions().contains(.gainMap) == true
  }

  private func samples(
    _ pixels: [UInt8], _ metadata: inout Metadata, _ warnings: inout [String]
  ) -> [Float] {
    if header.channels == 4 {
      // Adobe's way, which all encoders follow, with Adobe's marker or without.
      let ink = CMYK(samples: pixels, isInverted: true)
      defer { metadata.icc = nil }
      return ink.converted(through: metadata.icc, warnings: &warnings)
    }
    return pixels.withUnsafeBytes {
      Samples.planar(
        $0, pixels: Int(header.width) * Int(header.height), channels: Int(header.channels),
        depth: .eight)
    }
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
  private func segments() -> JPEGSegments {
    var (segments, segment, index) = (JPEGSegments(), limpid_jpeg_segment(), 0)
    while limpid_jpeg_segment_at(reader, index, &segment) {
      segments.take(segment.marker, [UInt8](segment.payload))
      index += 1
    }
    return segments
  }

  private func metadata(
    _ segments: JPEGSegments, _ warnings: inout [String]
  ) throws(ImageError) -> Metadata {
    var metadata = Metadata()
    var profile = limpid_span()
    if let fault = Self.fault(limpid_jpeg_icc(reader, &profile), reader) { throw fault }
    metadata.icc = Metadata.bounded(
      [UInt8](profile), "ICC profile", limit: limits.iccBytes, warnings: &warnings)
    metadata.exif = Metadata.bounded(
      segments.exif ?? [], "EXIF block", limit: limits.exifBytes, warnings: &warnings)
    metadata.xmp = Metadata.bounded(
      segments.xmp ?? [], "XMP packet", limit: limits.textBytes, warnings: &warnings)
    metadata.xmpExtension = Metadata.bounded(
      segments.xmpExtension ?? [], "extended XMP", limit: limits.textBytes, warnings: &warnings)
    metadata.resources = segments.resources
    if segments.comments.reduce(0, { $0 + $1.count }) <= limits.textBytes {
      metadata.comments = segments.comments
    } else {
      warnings.append("comments beyond \(limits.textBytes) bytes are left out")
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
