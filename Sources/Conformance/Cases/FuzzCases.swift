import IR
import Tensors

/// Graphs of the fuzzer by seed.
package enum FuzzCases {
  package static let all: [FuzzCase] = (1...24).map(FuzzCase.init)
}

/// The graph of one seed.
package struct FuzzCase: ExecutorCase {
  package let seed: Int
  package let values: [String: Values] = [:]

  package init(seed: Int) { self.seed = seed }

  package var name: String { "fuzz \(seed)" }

  package func graph() throws(Fault) -> Graph { try GraphFuzzer.graph(seed: seed) }

  package func tolerance(_ dtype: DType, in graph: Graph) -> Tolerance { .composition(dtype) }
}
