import CodecShims
import Glibc

/// A PNG being decoded by libpng's row interface.
struct PNGDecoder: ~Copyable {
  private let reader: OpaquePointer
  let header: limpid_png_header
  private let limits: ImageLimits

  /// Text and other chunks beyond this many are passed over.
  private static let chunkCount: UInt32 = 256

  static func decode(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits)
    throws(ImageError) -> Image
  {
    let decoder = try PNGDecoder(bytes, limits: limits)
    return try decoder.image()
  }

  /// Refuses a size beyond the limits by looking at IHDR alone.
  private static func checkHeader(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits)
    throws(ImageError)
  {
    guard bytes.count >= 24 else { throw .truncated(.png) }
    guard bytes[12..<16].elementsEqual("IHDR".utf8) else {
      throw .corrupt(.png, "it does not begin with a header chunk")
    }
    try limits.check(
      width: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)),
      height: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 20, as: UInt32.self)))
  }

  init(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(ImageError) {
    try Self.checkHeader(bytes, limits: limits)
    let bounds = limpid_png_limits(
      side: UInt32(clamping: limits.side),
      chunk_bytes: UInt32(clamping: max(limits.iccBytes, limits.textBytes, limits.exifBytes, 1)),
      chunk_count: Self.chunkCount)
    var opened: OpaquePointer?
    var header = limpid_png_header()
    let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let status = limpid_png_open(base, bytes.count, bounds, &opened, &header)
    guard let opened else { throw .outOfMemory }
    if let fault = Self.fault(status, opened) {
      limpid_png_close(opened)
      throw fault
    }
    reader = opened
    self.header = header
    self.limits = limits
  }

  deinit { limpid_png_close(reader) }

  private static func fault(_ status: limpid_status, _ reader: OpaquePointer) -> ImageError? {
    ImageError(status, .png) { String(cString: limpid_png_error(reader)) }
  }

  private func image() throws(ImageError) -> Image {
    guard let channels = Image.Channels(rawValue: Int(header.channels)),
      let depth = Image.Depth(rawValue: Int(header.bit_depth))
    else { throw .unsupported("\(header.channels) channels of \(header.bit_depth) bits") }
    let pixels = try pixels()
    var warnings = messages { limpid_png_warning(reader, $0) }
    var leftOut = messages { limpid_png_unknown_chunk(reader, $0) }.map {
      $0 == "caBX" ? Companion.credentials.rawValue : "a \($0) chunk"
    }
    let metadata = metadata(&warnings, &leftOut)
    let (width, height) = (Int(header.width), Int(header.height))
    let samples = pixels.withUnsafeBytes {
      Samples.planar($0, pixels: width * height, channels: channels.rawValue, depth: depth)
    }
    var image = Image(
      width: width, height: height, channels: channels, samples: samples, depth: depth,
      metadata: metadata, format: .png, warnings: warnings)
    image.leftOut = leftOut
    return image
  }

  private func pixels() throws(ImageError) -> [UInt8] {
    let (size, overflow) = header.row_bytes.multipliedReportingOverflow(by: Int(header.height))
    guard !overflow else { throw .outOfMemory }
    var status = LIMPID_OK
    let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      status = limpid_png_read(reader, buffer.baseAddress, size)
      count = status == LIMPID_OK ? size : 0
    }
    if let fault = Self.fault(status, reader) { throw fault }
    return pixels
  }

  private func metadata(_ warnings: inout [String], _ leftOut: inout [String]) -> Metadata {
    var metadata = Metadata()
    metadata.icc = Metadata.bounded(
      [UInt8](limpid_png_icc(reader)), "ICC profile", limit: limits.iccBytes, warnings: &warnings)
    let exif = [UInt8](limpid_png_exif(reader))
    if !exif.isEmpty { metadata.exif = EXIF.withoutPrefix(exif) }
    addText(to: &metadata, &warnings)
    leftOut += metadata.unpackRawProfiles()
    metadata.exif = Metadata.bounded(
      metadata.exif ?? [], "EXIF block", limit: limits.exifBytes, warnings: &warnings)
    let properties = limpid_png_get_properties(reader)
    metadata.declaredColour = DeclaredColour(properties)
    if properties.density_is_metric {
      metadata.density = Density(x: properties.density_x, y: properties.density_y)
    }
    if properties.is_animated {
      warnings.append("the PNG is animated; only its default image is read")
    }
    if metadata.icc == nil, metadata.declaredColour?.codingPoints?.isKnown == false {
      warnings.append("the cICP chunk is not understood; samples are taken as sRGB")
    }
    return metadata
  }

  private func addText(to metadata: inout Metadata, _ warnings: inout [String]) {
    var total = 0
    var chunk = limpid_png_text()
    var index = 0
    while limpid_png_text_at(reader, index, &chunk) {
      index += 1
      total += chunk.text.size
      guard total <= limits.textBytes else {
        warnings.append("text beyond \(limits.textBytes) bytes is left out")
        return
      }
      let bytes = [UInt8](chunk.text)
      let keyword = String(
        latin1: UnsafeRawBufferPointer(start: chunk.keyword, count: strlen(chunk.keyword)))
      if keyword == PNGEncoder.xmpKeyword {
        metadata.xmp = bytes
      } else {
        let text = chunk.is_utf8 ? String(decoding: bytes, as: UTF8.self) : String(latin1: bytes)
        metadata.text.append(TextEntry(keyword: keyword, text: text))
      }
    }
  }
}

extension DeclaredColour {
  /// Nil when none of the chunks is there.
  fileprivate init?(_ properties: limpid_png_properties) {
    self.init()
    if properties.srgb_intent >= 0 { intent = properties.srgb_intent }
    if properties.gamma > 0 { gamma = properties.gamma }
    if properties.has_chromaticities {
      chromaticities = withUnsafeBytes(of: properties.chromaticities) {
        Array($0.bindMemory(to: Int32.self))
      }
    }
    if properties.has_coding_points {
      let (primaries, transfer, matrix, range) = properties.coding_points
      codingPoints = CodingPoints(
        primaries: primaries, transfer: transfer, matrix: matrix, isFullRange: range != 0)
    }
    if properties.has_mastering_display { masteringDisplay = bytes(properties.mastering_display) }
    if properties.has_content_light { contentLight = bytes(properties.content_light) }
    if self == DeclaredColour() { return nil }
  }
}

/// The bytes of an array that came from C as a tuple.
private func bytes<Tuple>(_ tuple: Tuple) -> [UInt8] { withUnsafeBytes(of: tuple) { Array($0) } }
