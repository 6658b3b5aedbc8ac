import Pictures

/// How large AutoDIR makes pictures before it looks at them.
///
/// Small ones as the official code's `--need-resize`, by Lanczos' filter; that code then cuts sides
/// to multiples of 64, which padding saves here.
struct AutoDIREnlargement: Sendable {
  /// Sides of the result in sides of the picture.
  private let factor: Int
  /// Pixels that the shorter side has at least; nil for as many as there are.
  private let shorterSide: Int?

  /// - Throws: a usage error when both are asked for.
  init(_ options: SystemOptions) throws(LimpidError) {
    (factor, shorterSide) = (options.upscale, options.leastSide)
    guard factor == 1 || shorterSide == nil else {
      throw LimpidError(.usage, "a factor and a side to enlarge to exclude each other")
    }
    guard (1...8).contains(factor), (1...4096).contains(shorterSide ?? 1) else {
      throw LimpidError(.usage, "pictures are enlarged 1 to 8 times, or to at most 4096 pixels")
    }
  }

  /// Of what a picture of this size becomes.
  func size(width: Int, height: Int) -> TileSize {
    let short = min(width, height)
    guard let shorterSide, short < shorterSide else { return (width * factor, height * factor) }
    return (
      width.scaled(as: short, to: shorterSide), height.scaled(as: short, to: shorterSide)
    )
  }

  func enlarged(_ picture: Picture) throws(LimpidError) -> Picture {
    let (width, height) = size(width: picture.width, height: picture.height)
    guard (width, height) != (picture.width, picture.height) else { return picture }
    try Picture.check(size: (width, height))
    return picture.resampled(width: width, height: height, by: .lanczos).clamped
  }
}
