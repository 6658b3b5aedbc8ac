import Images
import Pictures

extension Picture {
  /// The picture with sides of these lengths; see ``BicubicResampling``.
  func resampled(width: Int, height: Int) -> Picture {
    let resampling = BicubicResampling(
      from: (self.width, self.height), to: (width: width, height: height))
    return Picture(width: width, height: height, planes: resampling.resampled(planes))
  }

  /// Refuses what would be larger than pictures may be.
  /// - Parameter scale: how many times as large the sides will be.
  func checkEnlargement(by scale: Int) throws(LimpidError) {
    let limits = ImageLimits()
    let (width, height) = (width * scale, height * scale)
    guard max(width, height) <= limits.side, width * height <= limits.pixels else {
      throw LimpidError(.failed, "enlarged it would have \(width)x\(height) pixels, too many")
    }
  }
}
