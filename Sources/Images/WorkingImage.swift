import Tensors

/// The RGB picture that a network restores, and the way back to the image that it came from.
///
/// Gray is repeated on three planes. What a profile or PNG's chunks describe as other than sRGB is
/// converted to sRGB, except that values of high range stay as they are unless the way back ends in
/// sRGB, since they are even steps to the eye as they are; what lies outside sRGB's range is set
/// aside and added again afterwards, so that a network sees [0, 1] and saturated colours survive.
/// Colours under fully transparent pixels, which are often garbage, are replaced by those of the
/// nearest visible pixel. Alpha is not touched.
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
    let conversion = Self.sRGB(image, forGood: staysSRGB)
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
    let resampling = PlaneResampling(
      from: (self.width, self.height), to: (width: width, height: height))
    func clamped(_ planes: [Float]) -> [Float] {
      resampling.resampled(planes).map { $0.clamped(to: 0...1) }
    }
    let image = source.resizing(
      width: width, height: height, samples: clamped(source.samples))
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
    if isConverted, !staysSRGB, let profile = source.metadata.profile(source.colourSpace),
      let sRGB = ColourProfile.sRGB(), let transform = ColourTransform.between(sRGB, and: profile)
    {
      colours = transform.converted(colours)
    } else if source.colourSpace == .gray {
      colours = Self.luma(colours)
    }
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
    if staysSRGB { image.metadata.declareSRGB() }
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

  private static func sRGB(_ image: Image, forGood: Bool) -> Conversion {
    var colours = Array(image.samples.prefix(image.channels.colourCount * image.pixelCount))
    bleed(&colours, under: image)
    let plain = image.colourSpace == .gray ? colours + colours + colours : colours
    if let highRange = image.metadata.highRange {
      guard forGood, let rgb = highRange.sRGB(colours, image.colourSpace) else {
        return (plain, false, [])
      }
      return (rgb, true, [HighRange.clippingWarning])
    }
    guard let profile = image.metadata.profile(image.colourSpace) else { return (plain, false, []) }
    guard let sRGB = ColourProfile.sRGB(), let forth = ColourTransform.between(profile, and: sRGB),
      ColourTransform.between(sRGB, and: profile) != nil
    else {
      return (plain, false, ["the ICC profile cannot convert both ways; values are taken as sRGB"])
    }
    return forth.isIdentity ? (plain, false, []) : (forth.converted(colours), true, [])
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
