import IR
import Tensors

/// A small graph with seeded operands that every executor must agree on with the reference.
package protocol ExecutorCase: Sendable {
  /// Unique among all cases.
  var name: String { get }

  /// Distributions of inputs and parameters by name; activations and parameters by default.
  var values: [String: Values] { get }

  /// The format of its matrices' blocks; nil where these are elements.
  var quantisation: BlockFormat? { get }

  func graph() throws(Fault) -> Graph

  /// How near another executor with storage of `dtype` has to come.
  func tolerance(_ dtype: DType, in graph: Graph) -> Tolerance
}

extension ExecutorCase {
  package var quantisation: BlockFormat? { nil }

  /// The inputs of the case's graph.
  package func operands(for graph: Graph) -> [String: HostTensor] {
    var operands: [String: HostTensor] = [:]
    for (input, _, shape) in graph.inputs {
      operands[input] = SeededStream(named: "\(name)/\(input)").tensor(
        shape, values[input] ?? .activation)
    }
    return operands
  }

  /// The parameters of the case's graph.
  package func weights(for graph: Graph) -> SeededWeights {
    SeededWeights(graph.manifest, seed: name, values: values, quantisation: quantisation)
  }
}
