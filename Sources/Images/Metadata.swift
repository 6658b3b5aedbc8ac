/// What a file carries beside its pixels and what is written back with them.
package struct Metadata: Sendable, Equatable {
  /// An ICC profile that fits the image's colour channels.
  package var icc: [UInt8]?
  /// EXIF as a TIFF stream (it begins with `II` or `MM`, without JPEG's `Exif` prefix).
  package var exif: [UInt8]?
  /// An XMP packet, UTF-8.
  package var xmp: [UInt8]?
  /// The packet's other part, to which it refers by a key; JPEG has room for it, and elsewhere the
  /// two become one.
  package var xmpExtension: [UInt8]?
  /// IPTC's description and what goes with it; encoding a WebP leaves it out with a warning.
  package var resources: PhotoshopResources?
  /// A JPEG's comments, in whatever encoding.
  package var comments: [[UInt8]] = []
  /// PNG text chunks in file order; encoding a JPEG leaves them out with a warning.
  package var text: [TextEntry] = []
  package var density: Density?
  /// PNG's own colour chunks.
  package var declaredColour: DeclaredColour?
  /// How the video's frame that this is was stored; nil of other images.
  package var frame: FrameFormat?
  /// How the image was made: a PNG's `parameters` text, elsewhere EXIF's user comment.
  package var settings: String?

  package init() {}

  /// What pixels depend on, without the rest: their colours, and how they are turned.
  package var ofPixelsAlone: Metadata {
    var kept = Metadata()
    (kept.icc, kept.declaredColour, kept.frame) = (icc, declaredColour, frame)
    let turn = orientation.flatMap(Orientation.init)
    if let turn, turn != .upright { kept.exif = EXIF.block(nil, with: turn) }
    return kept
  }

  /// As EXIF has it, or XMP where EXIF has none.
  var orientation: Int? {
    exif.flatMap { EXIF($0)?.orientation } ?? xmp.flatMap { XMP($0)?.orientation }
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
