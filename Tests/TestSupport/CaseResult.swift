import IR
import ReferenceExecutor
import Tensors

/// What became of one case on one executor.
package struct CaseResult: Sendable, CustomStringConvertible {
  package let name: String
  package let executor: String
  package let tolerance: Tolerance
  /// Outputs in the order of their names.
  package let comparisons: [(output: String, comparison: Comparison)]
  /// The reference gave a NaN or an infinity, so the case proves nothing.
  package let isDegenerate: Bool

  package var passed: Bool {
    !isDegenerate && comparisons.allSatisfy { $0.comparison.passes(tolerance) }
  }

  package var description: String {
    let outputs = comparisons.map { "\($0.output): \($0.comparison)" }.joined(separator: "; ")
    let verdict = isDegenerate ? "the reference is not finite" : passed ? "passed" : "failed"
    return "\(name) on \(executor): \(verdict), \(tolerance): \(outputs)"
  }
}

/// Runs a case on an executor and compares every output with the reference's.
///
/// Both get operands and parameters that the candidate's dtype holds exactly, so that the
/// comparison shows the rounding of its results, not that of the operands.
package func checkCase(_ subject: some ExecutorCase, on candidate: ExecutorUnderTest) throws
  -> CaseResult
{
  let graph = try subject.graph()
  let operands = subject.operands(for: graph).mapValues { $0.rounded(to: candidate.dtype) }
  let weights = subject.weights(for: graph).rounded(to: candidate.dtype)
  let expected = try ReferenceExecutor().prepare(graph, weights: weights).run(operands)
  let actual = try candidate.executor.prepare(graph, weights: weights).run(operands)
  guard actual.keys.sorted() == expected.keys.sorted() else {
    throw OutputMismatch(actual: actual.keys.sorted(), expected: expected.keys.sorted())
  }
  CaseLog.record(subject.name, executor: candidate.description)
  return CaseResult(
    name: subject.name, executor: candidate.description,
    tolerance: subject.tolerance(candidate.dtype, in: graph),
    comparisons: expected.keys.sorted().map {
      ($0, Comparison(actual[$0]!, with: expected[$0]!, leastPeak: 0))
    },
    isDegenerate: expected.values.contains { !$0.floats.allSatisfy(\.isFinite) })
}

/// A plan that does not return the outputs of its graph.
package struct OutputMismatch: Error {
  package let actual: [String]
  package let expected: [String]
}

/// Every case of a list on one executor, whatever becomes of the ones before.
package struct CaseReport: Sendable {
  package private(set) var executed = 0
  /// One line per case that failed or threw.
  package private(set) var failures: [String] = []

  package init(_ cases: [any ExecutorCase], on candidate: ExecutorUnderTest) {
    for subject in cases {
      do {
        let result = try checkCase(subject, on: candidate)
        executed += 1
        if !result.passed { failures.append(result.description) }
      } catch {
        failures.append("\(subject.name) on \(candidate): \(error)")
      }
    }
  }
}
