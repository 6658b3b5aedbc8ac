import Images
import Pictures

extension Picture {
  /// The picture with sides of these lengths; see ``PlaneResampling``.
  func resampled(
    width: Int, height: Int, by filter: PlaneResampling.Filter = .bicubic
  ) -> Picture {
    let resampling = PlaneResampling(
      from: (self.width, self.height), to: (width: width, height: height), by: filter)
    return Picture(width: width, height: height, planes: resampling.resampled(planes))
  }

  /// With values in [0, 1].
  package var clamped: Picture {
    Picture(width: width, height: height, planes: planes.map { $0.clamped(to: 0...1) })
  }

  /// Refuses what would be larger than pictures may be.
  /// - Parameter scale: how many times as large the sides will be.
  func checkEnlargement(by scale: Int) throws(LimpidError) {
    try Self.check(size: (width * scale, height * scale))
  }

  /// Refuses a size that is larger than pictures may be.
  static func check(size: TileSize) throws(LimpidError) {
    let limits = ImageLimits()
    let (width, height) = size
    guard max(width, height) <= limits.side, width * height <= limits.pixels else {
      throw LimpidError(.failed, "enlarged it would have \(width)x\(height) pixels, too many")
    }
  }
}

extension Int {
  /// What a side becomes when another of length `side` becomes `wanted`, rounded.
  func scaled(as side: Int, to wanted: Int) -> Int { (self * wanted * 2 + side) / (2 * side) }
}
