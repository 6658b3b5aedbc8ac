import CLCMS

/// Interleaved 8-bit ink samples of a JPEG; 255 is full ink.
struct CMYK {
  private let inks: [UInt8]

  /// - Parameter isInverted: Adobe's convention, in which 255 is no ink.
  init(samples: [UInt8], isInverted: Bool) {
    inks = isInverted ? samples.map { 255 - $0 } : samples
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
    guard let profile = ColourProfile(icc), profile.space == .cmyk,
      let sRGB = ColourProfile.sRGB(),
      let transform = ColourTransform(from: profile, limpidCMYK8, to: sRGB)
    else { return nil }
    return transform.converted(bytes: inks, channels: 4).map { min(max($0, 0), 1) }
  }

  private func plain() -> [Float] {
    let pixels = inks.count / 4
    let paper = (0...255).map { Float(255 - $0) / 255 }
    return [Float](unsafeUninitializedCapacity: pixels * 3) { target, filled in
      filled = pixels * 3
      inks.withUnsafeBufferPointer { inks in
        for channel in 0..<3 {
          for i in 0..<pixels {
            target[channel * pixels + i] =
              paper[Int(inks[4 * i + channel])] * paper[Int(inks[4 * i + 3])]
          }
        }
      }
    }
  }
}
