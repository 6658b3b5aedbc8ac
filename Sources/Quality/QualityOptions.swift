import Images

/// What of two pictures is compared.
package struct QualityOptions: Sendable {
  package enum Channels: String, Sendable, CaseIterable {
    /// Red, green and blue.
    case rgb
    /// The Y of BT.601 in limited range, not rounded: what BasicSR means by it.
    case y
    /// The Y of YIQ in full range, rounded to 8 bits: what pyiqa's `ssim` looks at.
    case luma
  }

  package var channels = Channels.rgb
  /// Pixels at each side that do not count.
  package var border = 0

  package init() {}

  /// What counts of an image; nil when that is nothing.
  func planes(of image: Image) -> [Plane]? {
    let colours = EightBitColours(image)
    let planes =
      switch channels {
      case .rgb: colours.planes
      case .y: [colours.y]
      case .luma: [colours.luma]
      }
    let cropped = planes.compactMap { $0.cropped(border) }
    return cropped.isEmpty ? nil : cropped
  }
}
