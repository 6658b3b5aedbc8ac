import Conformance
import Diagnostics

/// What became of the cases of one comparison.
struct OpParityTally {
  /// Cases about one kind of op.
  struct Topic {
    var cases = 0
    var agreed = 0
    /// The largest normalised mean squared error.
    var worstError = 0.0
    /// The least peak signal-to-noise ratio in dB.
    var leastRatio = Double.infinity
  }

  let comparison: OpComparison
  /// The candidate's name.
  var name = ""
  private(set) var topics: [String: Topic] = [:]
  private(set) var failures: [OpParityRow] = []

  init(_ comparison: OpComparison) { self.comparison = comparison }

  var cases: Int { topics.values.reduce(0) { $0 + $1.cases } }
  var agreed: Int { topics.values.reduce(0) { $0 + $1.agreed } }

  mutating func add(_ row: OpParityRow) {
    var topic = topics[row.reference.topic] ?? Topic()
    topic.cases += 1
    topic.agreed += row.passed ? 1 : 0
    if case .compared(let result) = row.outcome {
      for output in result.outputs {
        topic.worstError = max(topic.worstError, output.comparison.nmse)
        topic.leastRatio = min(topic.leastRatio, output.comparison.psnr)
      }
    }
    topics[row.reference.topic] = topic
    if !row.passed { failures.append(row) }
  }
}
