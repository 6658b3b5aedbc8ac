/// What a file carries beside its pixels and what is written back with them.
package struct Metadata: Sendable, Equatable {
  /// An ICC profile that fits the image's colour channels.
  package var icc: [UInt8]?
  /// EXIF as a TIFF stream (it begins with `II` or `MM`, without JPEG's `Exif` prefix).
  package var exif: [UInt8]?
  /// An XMP packet, UTF-8.
  package var xmp: [UInt8]?
  /// PNG text chunks in file order; encoding a JPEG leaves them out with a warning.
  package var text: [TextEntry] = []
  package var density: Density?
  /// PNG's own colour chunks, for files without an ICC profile.
  package var declaredColour: DeclaredColour?
  /// How the image was made: a PNG's `parameters` text, elsewhere EXIF's user comment.
  package var settings: String?

  package init() {}

  /// What pixels depend on, without the rest: their colours, and how they are turned.
  package var ofPixelsAlone: Metadata {
    var kept = Metadata()
    (kept.icc, kept.declaredColour) = (icc, declaredColour)
    let turn = exif.flatMap { EXIF($0)?.orientation }.flatMap(Orientation.init)
    if let turn, turn != .upright { kept.exif = EXIF.block(nil, with: turn) }
    return kept
  }
}

/// One PNG text chunk. The keyword is 1...79 Latin-1 characters.
package struct TextEntry: Sendable, Equatable {
  package var keyword: String
  package var text: String

  package init(keyword: String, text: String) {
    self.keyword = keyword
    self.text = text
  }
}

/// Pixels per metre.
package struct Density: Sendable, Equatable {
  package var x: UInt32
  package var y: UInt32

  package init(x: UInt32, y: UInt32) {
    self.x = x
    self.y = y
  }

  private static let metresPerInch = 0.0254

  init(dotsPerInch x: UInt32, _ y: UInt32) {
    self.x = UInt32(clamping: Int((Double(x) / Self.metresPerInch).rounded()))
    self.y = UInt32(clamping: Int((Double(y) / Self.metresPerInch).rounded()))
  }

  var dotsPerInch: (x: UInt32, y: UInt32) {
    (
      UInt32((Double(x) * Self.metresPerInch).rounded()),
      UInt32((Double(y) * Self.metresPerInch).rounded())
    )
  }
}

/// PNG's sRGB, gAMA and cHRM chunks, carried unchanged from PNG to PNG.
package struct DeclaredColour: Sendable, Equatable {
  /// Rendering intent of the sRGB chunk.
  package var intent: Int32?
  /// gAMA, scaled by 100000.
  package var gamma: Int32?
  /// cHRM, scaled by 100000: white, red, green, blue, each x then y.
  package var chromaticities: [Int32]?

  /// sRGB, seen as pictures are.
  static let sRGB = DeclaredColour(intent: 0)

  /// Whether the chunks describe something other than sRGB.
  var departsFromSRGB: Bool {
    guard intent == nil else { return false }
    let primaries: [Int32] = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]
    let gammaDiffers = gamma.map { !(44_500...46_500).contains($0) } ?? false
    let primariesDiffer =
      chromaticities.map { zip($0, primaries).contains { !($1 - 500...$1 + 500).contains($0) } }
      ?? false
    return gammaDiffers || primariesDiffer
  }
}
