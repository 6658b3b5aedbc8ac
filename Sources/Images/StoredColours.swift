/// What an image's values mean, by all that its file says, and how other files can say it.
extension Metadata {
  /// The profile that values are in; nil for sRGB, for high range and for what is not known here.
  func profile(_ space: ColourProfile.Space) -> ColourProfile? {
    if let points = declaredColour?.codingPoints, points.isKnown { return points.profile(space) }
    if let icc { return ColourProfile(icc) }
    return declaredColour?.profile(space)
  }

  var highRange: HighRange? { declaredColour?.codingPoints?.highRange }
}

extension Image {
  var colourSpace: ColourProfile.Space { channels.colourCount == 1 ? .gray : .rgb }

  /// The image with its colours as files of a format can describe them: by an ICC profile where
  /// they do not have PNG's chunks, and converted to sRGB where there is none that fits.
  func describingColours(in format: ImageFormat, warnings: inout [String]) -> Image {
    var image = self
    if !format.holdsColourChunks { image.describeByProfile(in: format, &warnings) }
    guard format.storesGrayAsRGB, colourSpace == .gray, image.metadata.icc != nil else {
      return image
    }
    if let profile = image.metadata.profile(.gray), let sRGB = ColourProfile.sRGB(),
      let transform = ColourTransform.between(profile, and: sRGB)
    {
      image = image.withColours(transform.converted(Array(image.plane(0))))
    }
    image.metadata.icc = nil
    return image
  }

  private mutating func describeByProfile(in format: ImageFormat, _ warnings: inout [String]) {
    guard let declared = metadata.declaredColour else { return }
    if let points = declared.codingPoints, format.holds(points) {
      metadata.declaredColour = DeclaredColour()
      metadata.declaredColour?.codingPoints = points
      metadata.icc = nil
      return
    }
    if let points = declared.codingPoints {
      if let planes = metadata.highRange?.sRGB(colourPlanes, colourSpace) {
        warnings.append(HighRange.clippingWarning)
        self = withColours(planes)
        metadata.icc = nil
      } else if points.isKnown {
        metadata.icc = points.profile(colourSpace)?.bytes
      } else if metadata.icc == nil {
        warnings.append("the cICP chunk is not understood and is left out")
      }
    } else if metadata.icc == nil {
      metadata.icc = declared.profile(colourSpace)?.bytes
    }
    metadata.declaredColour = nil
  }

  private var colourPlanes: [Float] { Array(samples.prefix(channels.colourCount * pixelCount)) }

  /// The same with colours from three planes, of which gray images take the middle one.
  private func withColours(_ planes: [Float]) -> Image {
    let colours = channels.colourCount == 3 ? planes : Array(planes[pixelCount..<2 * pixelCount])
    return replacing(
      width: width, height: height, channels: channels,
      samples: colours + Array(samples.dropFirst(channels.colourCount * pixelCount)))
  }
}

extension HighRange {
  static let clippingWarning =
    "the picture has a high range; in sRGB, what is brighter than paper is white"
}

extension ImageFormat {
  /// Whether files have PNG's chunks.
  var holdsColourChunks: Bool { self == .png }

  /// Whether files say what values mean by these numbers.
  func holds(_ points: CodingPoints) -> Bool {
    let hasBoth =
      [1, 9, 12].contains(points.primaries) && [1, 8, 13, 16, 18].contains(points.transfer)
    return (self == .avif || self == .jxl) && points.isKnown && hasBoth
  }

  /// Whether a gray picture becomes one of three channels, which no gray profile describes.
  var storesGrayAsRGB: Bool { self == .webp || self == .avif }
}
