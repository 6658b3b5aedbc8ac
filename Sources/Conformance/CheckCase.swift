import IR
import ReferenceExecutor
import Tensors

/// Runs a case on an executor and compares every output with the reference's, or another's.
///
/// Both get operands and parameters that the candidate's dtype holds exactly, so that the
/// comparison shows the rounding of its results, not that of the operands.
/// - Parameter isExact: whether the same bits are wanted.
package func checkCase(
  _ subject: some ExecutorCase, on candidate: Candidate,
  against baseline: any Executor = ReferenceExecutor(), isExact: Bool = false
) throws -> CaseResult {
  let graph = try subject.graph()
  let operands = subject.operands(for: graph).mapValues { $0.rounded(to: candidate.dtype) }
  let weights = subject.weights(for: graph).rounded(to: candidate.dtype)
  let expected = try baseline.prepare(graph, weights: weights).run(operands)
  let actual = try candidate.executor.prepare(graph, weights: weights).run(operands)
  guard actual.keys.sorted() == expected.keys.sorted() else {
    throw OutputMismatch(actual: actual.keys.sorted(), expected: expected.keys.sorted())
  }
  return CaseResult(
    name: subject.name, executor: candidate.description,
    tolerance: isExact ? .exact : tolerance(of: subject, graph, on: candidate),
    outputs: expected.keys.sorted().map { name in
      CaseResult.Output(
        name: name, comparison: Comparison(actual[name]!, with: expected[name]!, leastPeak: 0),
        firstDifference: isExact ? firstDifference(actual[name]!, expected[name]!) : nil)
    },
    isDegenerate: expected.values.contains { !$0.floats.allSatisfy(\.isFinite) })
}

private func tolerance(
  of subject: some ExecutorCase, _ graph: Graph, on candidate: Candidate
) -> Tolerance {
  subject.quantisation != nil && candidate.executor.roundsOperands
    ? .roundedOperands(candidate.dtype) : subject.tolerance(candidate.dtype, in: graph)
}

/// The first element whose bits differ.
private func firstDifference(
  _ actual: HostTensor, _ expected: HostTensor
) -> Comparison.Element? {
  zip(actual.floats, expected.floats).enumerated()
    .first { $1.0.bitPattern != $1.1.bitPattern }
    .map { offset, pair in
      Comparison.Element(
        index: expected.shape.index(at: offset), actual: pair.0, expected: pair.1)
    }
}

/// A plan that does not return the outputs of its graph.
package struct OutputMismatch: Error {
  package let actual: [String]
  package let expected: [String]
}
