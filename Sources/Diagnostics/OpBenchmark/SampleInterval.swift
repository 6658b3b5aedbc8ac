/// The median of some samples, and where that of all samples lies with a probability of 95 %,
/// however they are distributed: between two of the sorted samples that the binomial distribution
/// names. Of fewer than six samples it is all that they span, which says less.
package struct SampleInterval: Hashable, Sendable {
  package let median: Double
  package let low: Double
  package let high: Double

  package init(median: Double, low: Double, high: Double) {
    (self.median, self.low, self.high) = (median, low, high)
  }

  /// - Precondition: there are samples.
  package init(_ samples: [Double]) {
    let sorted = samples.sorted()
    let count = sorted.count
    median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    let skipped = Self.skipped(of: count)
    (low, high) = (sorted[skipped], sorted[count - 1 - skipped])
  }

  /// How many samples at either end lie outside of the interval: as many as leave the chance that
  /// the median of all is among them below 2.5 % on either side.
  static func skipped(of count: Int) -> Int {
    var (term, sum, skipped) = (1.0, 0.0, 0)
    let scale = (0..<count).reduce(1.0) { product, _ in product / 2 }
    while skipped < count / 2 {
      sum += term * scale
      guard sum < 0.025 else { break }
      term *= Double(count - skipped) / Double(skipped + 1)
      skipped += 1
    }
    return max(skipped - 1, 0)
  }
}
