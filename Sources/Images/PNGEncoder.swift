import CodecShims
import Tensors

/// A PNG being encoded by libpng's row interface.
struct PNGEncoder: ~Copyable {
  private let writer: OpaquePointer
  private var warnings: [String] = []

  static let xmpKeyword = "XML:com.adobe.xmp"
  private static let settingsKeyword = "parameters"

  static func encode(_ image: Image, _ options: EncodingOptions)
    throws(ImageError) -> EncodedImage
  {
    let depth = options.depth ?? image.depth
    var encoder = try PNGEncoder(image, depth, level: options.compression.clamped(to: 0...9))
    encoder.add(image.metadata)
    let pixels = Samples.interleaved(
      image.samples, pixels: image.pixelCount, channels: image.channels.rawValue, depth: depth)
    return EncodedImage(bytes: try encoder.finish(pixels), warnings: encoder.warnings)
  }

  private init(_ image: Image, _ depth: Image.Depth, level: Int) throws(ImageError) {
    var created: OpaquePointer?
    let status = limpid_png_create(
      UInt32(clamping: image.width), UInt32(clamping: image.height),
      Int32(image.channels.rawValue), Int32(depth.rawValue), Int32(level), &created)
    guard let created else { throw .outOfMemory }
    if let fault = Self.fault(status, created) {
      limpid_png_discard(created)
      throw fault
    }
    writer = created
  }

  deinit { limpid_png_discard(writer) }

  private static func fault(_ status: limpid_status, _ writer: OpaquePointer) -> ImageError? {
    switch status {
    case LIMPID_OK: nil
    case LIMPID_NO_MEMORY: .outOfMemory
    default: .unsupported("no PNG can be made: \(String(cString: limpid_png_writer_error(writer)))")
    }
  }

  private mutating func add(_ metadata: Metadata) {
    if let icc = metadata.icc {
      note(icc.withSpan { limpid_png_add_icc(writer, $0) }, "the ICC profile")
    }
    if let exif = metadata.exif {
      note(exif.withSpan { limpid_png_add_exif(writer, $0) }, "the EXIF block")
    }
    if let xmp = metadata.xmp {
      let packet = String(decoding: xmp, as: UTF8.self)
      note(limpid_png_add_text(writer, Self.xmpKeyword, packet, true), "the XMP packet")
    }
    for entry in metadata.text { add(entry) }
    for comment in metadata.comments { add(TextEntry(keyword: "Comment", text: .of(comment))) }
    if let resources = metadata.resources { add(RawProfile.entry("iptc", resources.bytes)) }
    if let settings = metadata.settings {
      let isTaken = metadata.text.contains { $0.keyword == Self.settingsKeyword }
      add(TextEntry(keyword: isTaken ? "limpid" : Self.settingsKeyword, text: settings))
    }
    addProperties(metadata)
  }

  /// Writes text as Latin-1 where that can hold it, else as UTF-8.
  private mutating func add(_ entry: TextEntry) {
    guard let keyword = latin1(entry.keyword), (2...80).contains(keyword.count) else {
      warnings.append("the text \(entry.keyword.prefix(79)) has no valid keyword; it is left out")
      return
    }
    let status =
      if let text = latin1(entry.text) {
        limpid_png_add_text(writer, keyword, text, false)
      } else {
        limpid_png_add_text(writer, keyword, entry.text, true)
      }
    note(status, "the text \(entry.keyword)")
  }

  /// Zero-terminated Latin-1; nil when a character does not fit.
  private func latin1(_ text: String) -> [CChar]? {
    let scalars = text.unicodeScalars
    guard scalars.allSatisfy({ $0.value < 256 }) else { return nil }
    return scalars.map { CChar(truncatingIfNeeded: $0.value) } + [0]
  }

  private mutating func addProperties(_ metadata: Metadata) {
    var properties = limpid_png_properties()
    properties.srgb_intent = -1
    if let density = metadata.density {
      (properties.density_x, properties.density_y) = (density.x, density.y)
      properties.density_is_metric = true
    }
    if let colour = metadata.declaredColour { properties.add(colour, beside: metadata.icc) }
    note(limpid_png_add_properties(writer, &properties), "colour and density")
  }

  private mutating func note(_ status: limpid_status, _ name: String) {
    guard status != LIMPID_OK else { return }
    warnings.append("\(name) cannot be stored in this PNG and is left out")
  }

  private func finish(_ pixels: [UInt8]) throws(ImageError) -> [UInt8] {
    var file = limpid_bytes()
    let status = limpid_png_write(writer, pixels, pixels.count, &file)
    if let fault = Self.fault(status, writer) { throw fault }
    return [UInt8](consuming: file)
  }
}

extension limpid_png_properties {
  fileprivate mutating func add(_ colour: DeclaredColour, beside icc: [UInt8]?) {
    if let points = colour.codingPoints {
      has_coding_points = true
      coding_points = (
        points.primaries, points.transfer, points.matrix, points.isFullRange ? 1 : 0
      )
    }
    has_mastering_display = copy(colour.masteringDisplay, to: &mastering_display)
    has_content_light = copy(colour.contentLight, to: &content_light)
    guard icc == nil else { return }
    srgb_intent = colour.intent ?? -1
    gamma = colour.gamma ?? 0
    has_chromaticities = copy(colour.chromaticities, to: &chromaticities)
  }
}

/// Fills an array of C, which Swift sees as a tuple; false without values.
private func copy<Value, Tuple>(_ values: [Value]?, to tuple: inout Tuple) -> Bool {
  guard let values else { return false }
  withUnsafeMutableBytes(of: &tuple) { target in
    values.withUnsafeBytes { target.copyBytes(from: $0.prefix(target.count)) }
  }
  return true
}
