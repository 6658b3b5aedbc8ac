/// Counts of values up to bounds, as Prometheus has them.
struct Histogram: Sendable {
  private let bounds: [Double]
  private var counts: [Int]
  private var sum = 0.0

  init(_ bounds: [Double]) {
    self.bounds = bounds
    counts = [Int](repeating: 0, count: bounds.count + 1)
  }

  mutating func add(_ value: Double) {
    counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
    sum += value
  }

  /// - Parameter labels: in braces without the last one, such as `model="a"`.
  func lines(_ name: String, _ labels: String) -> [String] {
    var (lines, total) = ([String](), 0)
    for (bound, count) in zip(bounds.map { "\($0)" } + ["+Inf"], counts) {
      total += count
      lines.append("\(name)_bucket{\(labels),le=\"\(bound)\"} \(total)")
    }
    return lines + ["\(name)_sum{\(labels)} \(sum)", "\(name)_count{\(labels)} \(total)"]
  }
}
