import CodecShims
import Tensors

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
    var encoder = try JPEGEncoder(image, quality: (options.quality ?? 95).clamped(to: 1...100))
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

  /// Adds EXIF, XMP, Photoshop's resources, ICC and comments, in the order in which readers expect
  /// them.
  private mutating func add(_ metadata: Metadata) throws(ImageError) {
    if !metadata.text.isEmpty {
      warnings.append("JPEG has no place for PNG text, which is left out")
    }
    try addSegment(
      metadata.exifWithSettings(&warnings), prefix: JPEGSegments.exifPrefix, "EXIF block")
    if try addSegment(metadata.xmp, prefix: JPEGSegments.xmpPrefix, "XMP packet") {
      try addExtension(metadata)
    }
    let resources = metadata.resources?.bytes ?? []
    for part in Self.parts(resources, of: Self.segmentBytes - JPEGSegments.photoshopPrefix.count) {
      try add(JPEGSegments.app13, JPEGSegments.photoshopPrefix + resources[part])
    }
    try add(profile: metadata.icc ?? [])
    for comment in metadata.comments { try add(JPEGSegments.comment, comment) }
  }

  private mutating func add(profile icc: [UInt8]) throws(ImageError) {
    guard !icc.isEmpty else { return }
    guard icc.count <= Self.profileBytes else {
      warnings.append("the ICC profile is too large for a JPEG and is left out")
      return
    }
    let status = icc.withSpan { limpid_jpeg_add_icc(writer, $0) }
    if let fault = Self.fault(status, writer) { throw fault }
  }

  private mutating func addExtension(_ metadata: Metadata) throws(ImageError) {
    guard let packet = metadata.xmpExtension,
      let key = metadata.xmp.flatMap({ XMP($0)?.extensionKey })?.utf8,
      key.count == JPEGSegments.keyLength
    else { return }
    func number(_ value: Int) -> [UInt8] {
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    let head = JPEGSegments.extensionPrefix + key + number(packet.count)
    for part in Self.parts(packet, of: Self.segmentBytes - head.count - 4) {
      try add(JPEGSegments.app1, head + number(part.lowerBound) + packet[part])
    }
  }

  private static func parts(_ bytes: [UInt8], of size: Int) -> [Range<Int>] {
    stride(from: 0, to: bytes.count, by: size).map { $0..<min($0 + size, bytes.count) }
  }

  /// - Returns: whether the block is there.
  @discardableResult
  private mutating func addSegment(_ block: [UInt8]?, prefix: [UInt8], _ name: String)
    throws(ImageError) -> Bool
  {
    guard let block else { return false }
    guard prefix.count + block.count <= Self.segmentBytes else {
      warnings.append("the \(name) is too large for a JPEG and is left out")
      return false
    }
    try add(JPEGSegments.app1, prefix + block)
    return true
  }

  private func add(_ marker: UInt8, _ payload: [UInt8]) throws(ImageError) {
    let status = payload.withSpan {
      limpid_jpeg_add_segment(writer, limpid_jpeg_segment(marker: marker, payload: $0))
    }
    if let fault = Self.fault(status, writer) { throw fault }
  }

  private func finish(_ pixels: [UInt8]) throws(ImageError) -> [UInt8] {
    var file = limpid_bytes()
    let status = limpid_jpeg_write(writer, pixels, pixels.count, &file)
    if let fault = Self.fault(status, writer) { throw fault }
    return [UInt8](consuming: file)
  }
}
