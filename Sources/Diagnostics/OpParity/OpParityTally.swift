import Conformance

/// What became of the cases of one comparison.
package struct OpParityTally: Sendable {
  /// Cases about one kind of op.
  package struct Topic: Sendable {
    package fileprivate(set) var cases = 0
    package fileprivate(set) var agreed = 0
    /// The largest normalised mean squared error.
    package fileprivate(set) var worstError = 0.0
    /// The least peak signal-to-noise ratio in dB.
    package fileprivate(set) var leastRatio = Double.infinity
  }

  package let comparison: OpComparison
  /// The candidate's name.
  package var name = ""
  package private(set) var topics: [String: Topic] = [:]
  package private(set) var failures: [OpParityRow] = []

  package init(_ comparison: OpComparison) { self.comparison = comparison }

  package var cases: Int { topics.values.reduce(0) { $0 + $1.cases } }
  package var agreed: Int { topics.values.reduce(0) { $0 + $1.agreed } }

  package mutating func add(_ row: OpParityRow) {
    var topic = topics[row.reference.topic] ?? Topic()
    topic.cases += 1
    topic.agreed += row.passed ? 1 : 0
    topic.worstError = max(topic.worstError, row.worstError ?? 0)
    topic.leastRatio = min(topic.leastRatio, row.leastRatio ?? .infinity)
    topics[row.reference.topic] = topic
    if !row.passed { failures.append(row) }
  }
}
