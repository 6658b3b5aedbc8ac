import Tensors

/// What became of one case on one executor.
package struct CaseResult: Codable, Sendable, CustomStringConvertible {
  /// One output of both sides.
  package struct Output: Codable, Sendable {
    package let name: String
    package let comparison: Comparison
    /// The first element whose bits differ, where equal bits are wanted.
    package let firstDifference: Comparison.Element?
  }

  package let name: String
  package let executor: String
  package let tolerance: Tolerance
  /// Outputs in the order of their names.
  package let outputs: [Output]
  /// The reference gave a NaN or an infinity, so the case proves nothing.
  package let isDegenerate: Bool

  package var passed: Bool {
    !isDegenerate
      && outputs.allSatisfy { $0.comparison.passes(tolerance) && $0.firstDifference == nil }
  }

  package var description: String {
    let outputs = outputs.map { "\($0.name): \($0.comparison)" }.joined(separator: "; ")
    let verdict = isDegenerate ? "the reference is not finite" : passed ? "passed" : "failed"
    return "\(name) on \(executor): \(verdict), \(tolerance): \(outputs)"
  }
}
