import Glibc
import Tensors

/// Pictures whose values reach far beyond the white of paper (ITU-R BT.2100).
struct HighRange {
  enum Transfer: UInt8 {
    case perceptualQuantiser = 16
    case hybridLogGamma = 18
  }

  let transfer: Transfer
  let chromaticities: [Double]

  /// The white of paper in cd/m2, by ITU-R BT.2408: what becomes 1 in sRGB.
  private static let paper: Float = 203
  /// The nominal peak of HLG's display, and the exponent that belongs to it.
  private static let (peak, systemGamma): (Float, Float) = (1000, 1.2)

  /// Three planes in sRGB, or one of gray; what is brighter than paper is beyond 1.
  func sRGB(_ planes: [Float], _ space: ColourProfile.Space) -> [Float]? {
    guard let sRGB = ColourProfile.sRGB(),
      let linear = ColourProfile.mixed(space, chromaticities: chromaticities, curve: (1, [1])),
      let transform = ColourTransform.between(linear, and: sRGB)
    else { return nil }
    return transform.converted(light(planes, space))
  }

  /// Light in units of paper's white.
  private func light(_ planes: [Float], _ space: ColourProfile.Space) -> [Float] {
    switch transfer {
    case .perceptualQuantiser: return planes.map { Self.quantised($0) / Self.paper }
    case .hybridLogGamma:
      let scene = planes.map(Self.scene)
      let pixels = space == .gray ? scene.count : scene.count / 3
      return scene.indices.map { i in
        let place = i % pixels
        let luminance =
          space == .gray
          ? scene[i]
          : 0.2627 * scene[place] + 0.6780 * scene[pixels + place]
            + 0.0593 * scene[2 * pixels + place]
        return scene[i] * powf(luminance, Self.systemGamma - 1) * Self.peak / Self.paper
      }
    }
  }

  /// PQ's EOTF (BT.2100, table 4), in cd/m2.
  private static func quantised(_ value: Float) -> Float {
    let root = powf(value.clamped(to: 0...1), 32 / 2523)
    return 10_000 * powf(max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root), 16384 / 2610)
  }

  /// The inverse of HLG's OETF (BT.2100, table 5).
  private static func scene(_ value: Float) -> Float {
    let value = value.clamped(to: 0...1)
    return value <= 0.5
      ? value * value / 3 : (expf((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
  }
}
