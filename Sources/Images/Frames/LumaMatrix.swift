/// How red, green and blue make luma and chroma. Streams do not say it: as players do, small
/// pictures are taken to be in BT.601 and large ones in BT.709.
struct LumaMatrix {
  private let red: Float
  private let blue: Float
  private var green: Float { 1 - red - blue }

  /// - Parameter height: of the picture, in pixels.
  init(height: Int) { (red, blue) = height < 720 ? (0.299, 0.114) : (0.2126, 0.0722) }

  /// - Parameters:
  ///   - luma: in [0, 1].
  ///   - chroma: of blue and red, in [-0.5, 0.5].
  func colours(
    luma: Float, chroma: (blue: Float, red: Float)
  ) -> (red: Float, green: Float, blue: Float) {
    let r = luma + 2 * (1 - red) * chroma.red
    let b = luma + 2 * (1 - blue) * chroma.blue
    return (r, (luma - red * r - blue * b) / green, b)
  }

  /// The other way.
  func parts(_ r: Float, _ g: Float, _ b: Float) -> (luma: Float, blue: Float, red: Float) {
    let luma = red * r + green * g + blue * b
    return (luma, (b - luma) / (2 * (1 - blue)), (r - luma) / (2 * (1 - red)))
  }
}
