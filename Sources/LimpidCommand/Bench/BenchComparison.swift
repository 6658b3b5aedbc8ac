import Paths
import Pictures

/// How rows compare with those of an earlier run, if there is one.
struct BenchComparison {
  private let baseline: BenchBaseline?
  private let threshold: Double
  private var changes: [BenchBaseline.Change] = []

  /// - Parameter threshold: how many times as long a row may take.
  init(_ earlier: Path?, threshold: Double) throws(LimpidError) {
    baseline = try earlier.map(BenchBaseline.init)
    self.threshold = threshold
  }

  mutating func add(_ row: some BenchRow) {
    guard let change = baseline?.change(to: row, threshold: threshold) else { return }
    changes.append(change)
  }

  /// Says on standard error what became of the rows.
  /// - Returns: whether nothing has become slower than may be.
  func tell() -> Bool {
    guard baseline != nil else { return true }
    if changes.isEmpty { Terminal.complain("the earlier run has none of what was timed") }
    for change in changes {
      let verdict = change.isSlower ? "slower" : "no slower"
      Terminal.complain(
        "\(change.key): \(change.ratio.rounded(2)) times as long as before, \(verdict)")
    }
    return changes.allSatisfy { !$0.isSlower }
  }
}
