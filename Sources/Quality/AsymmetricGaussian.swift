import Glibc

/// An asymmetric generalized Gaussian distribution (Lasmar et al. 2009) fitted to values by their
/// moments.
struct AsymmetricGaussian {
  /// 2 for a Gaussian, less for one with a sharper peak.
  let shape: Double
  /// Scales of the two sides; NaN where no value lies on one.
  let left: Double
  let right: Double

  init(_ values: [Double]) {
    var (negative, positive, magnitude) = (Side(), Side(), 0.0)
    for value in values {
      if value < 0 { negative.add(value) } else if value > 0 { positive.add(value) }
      magnitude += abs(value)
    }
    let count = Double(values.count)
    let ratio = negative.deviation / positive.deviation
    let mean = magnitude / count
    let moment = mean * mean / ((negative.squares + positive.squares) / count)
    let balance = ratio * ratio + 1
    shape = Self.shape(
      moment * (ratio * ratio * ratio + 1) * (ratio + 1) / (balance * balance))
    let scale = (tgamma(1 / shape) / tgamma(3 / shape)).squareRoot()
    (left, right) = (negative.deviation * scale, positive.deviation * scale)
  }

  /// The mean of the distribution.
  var mean: Double { (right - left) * tgamma(2 / shape) / tgamma(1 / shape) }

  /// The values on one side of zero.
  private struct Side {
    var squares = 0.0
    var count = 0

    /// From zero; NaN without values.
    var deviation: Double { (squares / Double(count)).squareRoot() }

    mutating func add(_ value: Double) {
      squares += value * value
      count += 1
    }
  }

  /// Shapes that are tried, and what the moments of each come to, which grows with the shape.
  private static let shapes = (0...9800).map { 0.2 + Double($0) * 0.001 }
  private static let moments = shapes.map { shape in
    let middle = tgamma(2 / shape)
    return middle * middle / (tgamma(1 / shape) * tgamma(3 / shape))
  }

  /// The shape whose moments are nearest; the first when they are not known.
  private static func shape(_ moment: Double) -> Double {
    guard !moment.isNaN else { return shapes[0] }
    var (low, high) = (0, moments.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if moments[middle] < moment { low = middle } else { high = middle }
    }
    return shapes[abs(moments[low] - moment) <= abs(moments[high] - moment) ? low : high]
  }
}
