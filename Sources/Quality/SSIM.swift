import Images

/// Structural similarity (Wang et al. 2004) as BasicSR computes it: in windows of 11 x 11 pixels
/// that lie inside, with Gaussian weights of deviation 1.5; the mean over the channels.
/// - Returns: nil when sizes differ or no window fits.
package func ssim(_ a: Image, _ b: Image, _ options: QualityOptions = QualityOptions()) -> Double? {
  guard let pairs = options.pairs(a, b) else { return nil }
  let channels = pairs.compactMap { similarity($0, $1) }
  return channels.count == pairs.count ? channels.reduce(0, +) / Double(channels.count) : nil
}

private func similarity(_ a: Plane, _ b: Plane) -> Double? {
  let window = GaussianWindow(side: 11, deviation: 1.5)
  guard let meanA = window.averages(a), let meanB = window.averages(b),
    let squareA = window.averages(a * a), let squareB = window.averages(b * b),
    let product = window.averages(a * b)
  else { return nil }
  let (c1, c2) = (0.01 * 255 * 0.01 * 255, 0.03 * 255 * 0.03 * 255)
  var sum = 0.0
  for i in meanA.indices {
    let (squares, means) = (meanA[i] * meanA[i] + meanB[i] * meanB[i], meanA[i] * meanB[i])
    let structure = (2 * (product[i] - means) + c2) / (squareA[i] + squareB[i] - squares + c2)
    sum += (2 * means + c1) / (squares + c1) * structure
  }
  return sum / Double(meanA.count)
}

extension Plane {
  fileprivate static func * (a: Plane, b: Plane) -> Plane {
    let values = a.values.indices.map { a.values[$0] * b.values[$0] }
    return Plane(width: a.width, height: a.height, values: values)
  }
}
