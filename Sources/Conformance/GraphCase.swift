import IR
import Tensors

/// A few ops in a row that an executor may fuse.
package struct GraphCase: ExecutorCase {
  package let name: String
  package let values: [String: Values]
  package private(set) var quantisation: BlockFormat?
  private let body: @Sendable (Trace) -> Results

  package init(
    _ name: String, values: [String: Values] = [:],
    _ body: @escaping @Sendable (Trace) -> Results
  ) {
    self.name = name
    self.values = values
    self.body = body
  }

  /// A case with one input `x` and one output `result`.
  package init(
    _ name: String, _ shape: Shape, values: [String: Values] = [:],
    _ body: @escaping @Sendable (Tensor, Weights) -> Tensor
  ) {
    self.init("\(name) \(shape)", values: values) { trace in
      ["result": body(trace.input("x", shape), trace.weights)]
    }
  }

  /// The same with matrices in blocks.
  func quantised(_ format: BlockFormat) -> GraphCase {
    var quantised = self
    quantised.quantisation = format
    return quantised
  }

  package func graph() throws(Fault) -> Graph { try Trace.graph(body) }

  package func tolerance(_ dtype: DType, in graph: Graph) -> Tolerance { .composition(dtype) }
}
