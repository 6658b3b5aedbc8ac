import Images

/// The Natural Image Quality Evaluator (Mittal et al. 2013) as pyiqa 0.1.16 computes it: how far
/// the statistics of a picture's blocks of 96 x 96 pixels are from those of pristine pictures. Less
/// is better.
/// - Parameter border: pixels at each side that do not count.
/// - Returns: nil when no block fits, or none varies.
package func niqe(_ image: Image, border: Int = 0) -> Double? {
  guard let light = EightBitColours(image).luma.cropped(border) else { return nil }
  let side = 96
  let (columns, rows) = (light.width / side, light.height / side)
  guard columns > 0, rows > 0 else { return nil }
  let whole = light.part(x: 0, y: 0, width: columns * side, height: rows * side)
  let (full, half) = (whole.locallyNormalized, whole.halved.locallyNormalized)
  let features = (0..<columns * rows).map { block in
    let (x, y) = (block % columns, block / columns)
    return sceneStatistics(full.block(x, y, side: side))
      + sceneStatistics(half.block(x, y, side: side / 2))
  }
  let distance = PristinePictures.shared.distance(to: FeatureDistribution(features))
  return distance.isFinite ? distance : nil
}

extension Plane {
  /// One of the squares that the plane is cut into.
  fileprivate func block(_ x: Int, _ y: Int, side: Int) -> Plane {
    part(x: x * side, y: y * side, width: side, height: side)
  }
}
