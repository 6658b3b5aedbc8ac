import IR
import Networks
import Tensors

/// What one run of a network takes.
package struct StageNeed {
  /// Of device memory, the parameters among them; 0 for the reference.
  package let bytes: Int
  package let flops: Double
}

extension Stage {
  /// What a run on operands of these shapes takes; nothing is allocated.
  package func need(_ shapes: [String: Shape]) throws -> StageNeed {
    try need(try model.network.graph(shapes))
  }

  /// What a run of a graph that the network is a part of takes.
  package func need(_ graph: Graph) throws -> StageNeed {
    StageNeed(bytes: try engine.deviceBytes(of: graph), flops: Double(graph.flops))
  }
}

extension Engine {
  /// Bytes of device memory that a plan of the graph takes; 0 for the reference.
  package func deviceBytes(of graph: Graph) throws -> Int {
    try executor.footprint(of: graph).bytes
  }
}
