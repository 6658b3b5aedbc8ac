/// Interleaved ink samples; the largest is full ink.
struct CMYK {
  private let inks: [UInt8]
  private let depth: Image.Depth

  /// - Parameters:
  ///   - samples: four for a pixel; 16 bits in host order.
  ///   - isInverted: whether the largest sample is no ink.
  init(samples: [UInt8], depth: Image.Depth = .eight, isInverted: Bool) {
    inks = isInverted ? samples.map { ~$0 } : samples
    self.depth = depth
  }

  /// Three sRGB planes in [0, 1], through `profile` if it is a usable CMYK profile, else by the
  /// plain formula `(1 - ink) * (1 - black)`. Either way a warning says so.
  func converted(through profile: [UInt8]?, warnings: inout [String]) -> [Float] {
    if let profile, let planes = converted(through: profile) {
      warnings.append("CMYK is converted to sRGB through the embedded profile")
      return planes
    }
    warnings.append("CMYK without a usable profile is converted to sRGB by the plain formula")
    return plain()
  }

  private func converted(through icc: [UInt8]) -> [Float]? {
    guard let profile = ColourProfile(icc),
      let transform = ColourTransform.ofInks(profile, depth)
    else { return nil }
    return transform.converted(samples: inks, pixelBytes: depth.rawValue / 2)
      .map { $0 > 0 ? min($0, 1) : 0 }
  }

  private func plain() -> [Float] {
    let pixels = inks.count / (depth.rawValue / 2)
    var planes = inks.withUnsafeBytes {
      Samples.planar($0, pixels: pixels, channels: 4, depth: depth)
    }
    for channel in 0..<3 {
      for i in channel * pixels..<(channel + 1) * pixels {
        planes[i] = (1 - planes[i]) * (1 - planes[3 * pixels + i % pixels])
      }
    }
    planes.removeLast(pixels)
    return planes
  }
}
