import Glibc
import Images

/// Peak signal-to-noise ratio in decibels as BasicSR computes it: `10 * log10(255^2 / mse)` of
/// 8-bit colours, alpha left out.
/// - Returns: infinity for equal pictures; nil when sizes differ or nothing is compared.
package func psnr(_ a: Image, _ b: Image, _ options: QualityOptions = QualityOptions()) -> Double? {
  guard let pairs = options.pairs(a, b) else { return nil }
  var (sum, count) = (0.0, 0)
  for (a, b) in pairs {
    for i in a.values.indices {
      let difference = a.values[i] - b.values[i]
      sum += difference * difference
    }
    count += a.values.count
  }
  return sum > 0 ? 10 * log10(255 * 255 / (sum / Double(count))) : .infinity
}

extension QualityOptions {
  /// What is compared with what; nil when sizes differ or nothing is left.
  func pairs(_ a: Image, _ b: Image) -> [(Plane, Plane)]? {
    guard a.width == b.width, a.height == b.height, let first = planes(of: a),
      let second = planes(of: b)
    else { return nil }
    return Array(zip(first, second))
  }
}
