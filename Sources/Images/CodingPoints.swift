/// What values mean by the numbers of ITU-T H.273, as PNG's cICP, AVIF and JPEG XL say it.
package struct CodingPoints: Sendable, Equatable {
  package var primaries: UInt8
  package var transfer: UInt8
  package var matrix: UInt8
  package var isFullRange: Bool

  package init(primaries: UInt8, transfer: UInt8, matrix: UInt8 = 0, isFullRange: Bool = true) {
    (self.primaries, self.transfer) = (primaries, transfer)
    (self.matrix, self.isFullRange) = (matrix, isFullRange)
  }

  typealias Curve = (type: Int32, parameters: [Double])

  static let sRGBCurve: Curve = (4, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045])
  private static let unspecified: UInt8 = 2

  /// White, red, green, blue, each x then y (H.273, table 2); nil for those not known here.
  var chromaticities: [Double]? {
    let (d65, c) = ([0.3127, 0.3290], [0.310, 0.316])
    switch primaries {
    case 1, Self.unspecified: return d65 + [0.640, 0.330, 0.300, 0.600, 0.150, 0.060]
    case 4: return c + [0.67, 0.33, 0.21, 0.71, 0.14, 0.08]
    case 5: return d65 + [0.64, 0.33, 0.29, 0.60, 0.15, 0.06]
    case 6, 7: return d65 + [0.630, 0.340, 0.310, 0.595, 0.155, 0.070]
    case 8: return c + [0.681, 0.319, 0.243, 0.692, 0.145, 0.049]
    case 9: return d65 + [0.708, 0.292, 0.170, 0.797, 0.131, 0.046]
    case 11: return [0.314, 0.351] + [0.680, 0.320, 0.265, 0.690, 0.150, 0.060]
    case 12: return d65 + [0.680, 0.320, 0.265, 0.690, 0.150, 0.060]
    case 22: return d65 + [0.630, 0.340, 0.295, 0.605, 0.155, 0.077]
    default: return nil
    }
  }

  /// From values to light as a parametric curve (H.273, table 3); nil for those not known here and
  /// for those of ``HighRange``.
  private var curve: Curve? {
    switch transfer {
    case 1, 6, 14, 15: (4, [1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081])
    case Self.unspecified, 13: Self.sRGBCurve
    case 4: (1, [2.2])
    case 5: (1, [2.8])
    case 8: (1, [1])
    default: nil
    }
  }

  /// Whether it is said what the values mean, in a way that is known here.
  var isKnown: Bool {
    guard isPlain, (primaries, transfer) != (Self.unspecified, Self.unspecified) else {
      return false
    }
    return chromaticities != nil && (curve != nil || HighRange.Transfer(rawValue: transfer) != nil)
  }

  /// Whether the values are the channels themselves, over their whole range.
  private var isPlain: Bool { isFullRange && (matrix == 0 || matrix == Self.unspecified) }

  /// Nil for values of high range and for numbers not known here.
  func profile(_ space: ColourProfile.Space) -> ColourProfile? {
    guard isPlain, let chromaticities, let curve else { return nil }
    return .mixed(space, chromaticities: chromaticities, curve: curve)
  }

  /// Nil unless the values are those of a picture brighter than paper.
  var highRange: HighRange? {
    guard isPlain, let chromaticities, let transfer = HighRange.Transfer(rawValue: transfer)
    else { return nil }
    return HighRange(transfer: transfer, chromaticities: chromaticities)
  }
}
