/// The RGB picture that a network restores, and the way back to the image that it came from.
///
/// Gray is repeated on three planes. RGB with a profile other than sRGB is converted to sRGB;
/// what lies outside sRGB's range is set aside and added again afterwards, so that a network sees
/// [0, 1] and saturated colours survive. Colours under fully transparent pixels, which are often
/// garbage, are replaced by those of the nearest visible pixel. Alpha is not touched.
package struct WorkingImage: Sendable {
  package let width: Int
  package let height: Int
  /// Three planes of `height * width` in [0, 1]: NCHW with N = 1, C = 3.
  package let rgb: [Float]
  /// What could not be done as the file asked, one line each.
  package let warnings: [String]

  private let source: Image
  /// What clamping to [0, 1] took away; empty when it took nothing.
  private let remainder: [Float]
  private let isConverted: Bool
  private let staysSRGB: Bool

  /// - Parameter staysSRGB: whether the way back ends in sRGB instead of the source's profile.
  package init(_ image: Image, stayingSRGB staysSRGB: Bool = false) {
    source = image
    self.staysSRGB = staysSRGB
    width = image.width
    height = image.height
    let conversion = Self.sRGB(image)
    isConverted = conversion.isConverted
    warnings = conversion.warnings
    (rgb, remainder) = Self.clamped(conversion.rgb)
  }

  private init(
    _ original: WorkingImage, source: Image, rgb: [Float], remainder: [Float]
  ) {
    (self.source, self.rgb, self.remainder) = (source, rgb, remainder)
    (width, height, warnings) = (source.width, source.height, original.warnings)
    (isConverted, staysSRGB) = (original.isConverted, original.staysSRGB)
  }

  /// The same in another size: the way back for a restored picture of that size. Transparency and
  /// what was set aside are resampled as the colours are.
  package func resized(width: Int, height: Int) -> WorkingImage {
    guard (width, height) != (self.width, self.height) else { return self }
    let resampling = BicubicResampling(
      from: (self.width, self.height), to: (width: width, height: height))
    func clamped(_ planes: [Float]) -> [Float] {
      resampling.resampled(planes).map { min(max($0, 0), 1) }
    }
    let image = source.replacing(
      width: width, height: height, channels: source.channels, samples: clamped(source.samples))
    return WorkingImage(
      self, source: image, rgb: clamped(rgb), remainder: resampling.resampled(remainder))
  }

  /// The plane of transparency; nil when there is none or it is the same everywhere.
  package var variedAlpha: [Float]? {
    guard source.channels.hasAlpha else { return nil }
    let alpha = source.samples.suffix(source.pixelCount)
    guard let first = alpha.first, alpha.contains(where: { $0 != first }) else { return nil }
    return Array(alpha)
  }

  /// The source image with its colours replaced by `restored`, three planes of the same size in
  /// sRGB, back in the source's channels and profile. Fully transparent pixels keep their own
  /// colours. Values may lie outside [0, 1]; encoding clamps them.
  /// - Parameter alpha: three planes whose luma replaces the source's transparency; nil keeps it.
  /// - Precondition: `restored` and `alpha` have as many values as ``rgb``.
  package func image(restored: [Float], alpha: [Float]? = nil) -> Image {
    precondition(restored.count == rgb.count, "the restored picture has another size")
    let pixels = source.pixelCount
    var colours = restored
    if !remainder.isEmpty {
      for i in colours.indices { colours[i] += remainder[i] }
    }
    if isConverted, !staysSRGB, let icc = source.metadata.icc, let profile = ColourProfile(icc),
      let sRGB = ColourProfile.sRGB(), let transform = ColourTransform(from: sRGB, to: profile)
    {
      colours = transform.converted(colours)
    }
    if source.channels.colourCount == 1 { colours = Self.luma(colours) }
    if source.channels.hasAlpha {
      let old = source.samples.suffix(pixels)
      if !(isConverted && staysSRGB) {
        for (i, value) in zip(0..<pixels, old) where value == 0 {
          for plane in stride(from: 0, to: colours.count, by: pixels) {
            colours[plane + i] = source.samples[plane + i]
          }
        }
      }
      colours += alpha.map(Self.luma) ?? Array(old)
    }
    var image = source.replacing(
      width: width, height: height, channels: source.channels, samples: colours)
    if staysSRGB, source.channels.colourCount == 3 {
      image.metadata.icc = nil
      image.metadata.declaredColour = .sRGB
    }
    return image
  }

  /// Rec. 601 luma of three planes.
  private static func luma(_ rgb: [Float]) -> [Float] {
    let pixels = rgb.count / 3
    return (0..<pixels).map {
      0.299 * rgb[$0] + 0.587 * rgb[pixels + $0] + 0.114 * rgb[2 * pixels + $0]
    }
  }

  private typealias Conversion = (rgb: [Float], isConverted: Bool, warnings: [String])

  private static func sRGB(_ image: Image) -> Conversion {
    let pixels = image.pixelCount
    guard image.channels.colourCount == 3 else {
      var gray = Array(image.plane(0))
      bleed(&gray, under: image)
      return (gray + gray + gray, false, [])
    }
    var rgb = Array(image.samples.prefix(3 * pixels))
    bleed(&rgb, under: image)
    guard let icc = image.metadata.icc else { return (rgb, false, []) }
    guard let profile = ColourProfile(icc), profile.space == .rgb,
      let sRGB = ColourProfile.sRGB(), let forth = ColourTransform(from: profile, to: sRGB),
      ColourTransform(from: sRGB, to: profile) != nil
    else {
      return (rgb, false, ["the ICC profile cannot convert both ways; values are taken as sRGB"])
    }
    return forth.isIdentity ? (rgb, false, []) : (forth.converted(rgb), true, [])
  }

  private static func bleed(_ colours: inout [Float], under image: Image) {
    guard image.channels.hasAlpha else { return }
    let alpha = image.plane(image.channels.rawValue - 1)
    NearestVisible(alpha: alpha, width: image.width, height: image.height)?.fill(&colours)
  }

  private static func clamped(_ rgb: [Float]) -> (rgb: [Float], remainder: [Float]) {
    let clamped = rgb.map { $0 > 0 ? min($0, 1) : 0 }
    guard clamped != rgb else { return (rgb, []) }
    return (clamped, zip(rgb, clamped).map { $0 - $1 })
  }
}
