/// PNG's colour chunks, carried unchanged from PNG to PNG.
package struct DeclaredColour: Sendable, Equatable {
  /// Rendering intent of the sRGB chunk.
  package var intent: Int32?
  /// gAMA, scaled by 100000.
  package var gamma: Int32?
  /// cHRM, scaled by 100000: white, red, green, blue, each x then y.
  package var chromaticities: [Int32]?
  /// cICP, which goes before the others and before an ICC profile.
  package var codingPoints: CodingPoints?
  /// mDCV and cLLI, which say how bright the display and the picture are, byte for byte.
  package var masteringDisplay: [UInt8]?
  package var contentLight: [UInt8]?

  package init() {}

  /// sRGB, seen as pictures are.
  static let sRGB: DeclaredColour = {
    var colour = DeclaredColour()
    colour.intent = 0
    return colour
  }()

  private static let primaries: [Int32] = [
    31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000,
  ]

  /// Whether gAMA and cHRM describe something other than sRGB.
  private var departsFromSRGB: Bool {
    guard intent == nil else { return false }
    let gammaDiffers = gamma.map { !(44_500...46_500).contains($0) } ?? false
    let primariesDiffer =
      chromaticities.map {
        zip($0, Self.primaries).contains { !($1 - 500...$1 + 500).contains($0) }
      } ?? false
    return gammaDiffers || primariesDiffer
  }

  /// What gAMA and cHRM describe; nil when that is sRGB or nothing possible.
  func profile(_ space: ColourProfile.Space) -> ColourProfile? {
    guard departsFromSRGB else { return nil }
    let points = (chromaticities ?? Self.primaries).map { Double($0) / 100_000 }
    guard let gamma, !(44_500...46_500).contains(gamma) else {
      return .mixed(space, chromaticities: points, curve: CodingPoints.sRGBCurve)
    }
    guard (10_000...1_000_000).contains(gamma) else { return nil }
    return .mixed(space, chromaticities: points, curve: (1, [100_000 / Double(gamma)]))
  }
}
