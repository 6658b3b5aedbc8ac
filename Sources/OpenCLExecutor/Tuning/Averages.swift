import Glibc

extension [Double] {
  /// The middle of the sorted numbers, the mean of two when they are even in number. There is at
  /// least one.
  package var median: Double {
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }

  /// The nth root of the product of n numbers; 1 when there are none.
  package var geometricMean: Double {
    isEmpty ? 1 : exp(reduce(0) { $0 + log($1) } / Double(count))
  }
}
