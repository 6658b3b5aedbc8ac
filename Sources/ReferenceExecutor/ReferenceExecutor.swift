import IR
import Tensors

/// Says what every op means: plain loops, sums in double precision, one node after the other.
///
/// Values between nodes are float32; within an op everything is double. Results depend on
/// nothing but the operands: every element is summed in a fixed order by one thread.
package struct ReferenceExecutor: Executor {
  package let name = "reference"

  package init() {}

  package func footprint(
    of graphs: [Graph], weights: any WeightSource, keeping carries: [Carry]
  ) -> Footprint { .none }

  package func prepare(_ graph: Graph, weights: any WeightSource) throws -> any Plan {
    try plan(graph, weights: weights)
  }

  /// The same as ``prepare(_:weights:)``, as a plan whose nodes can be observed.
  package func plan(_ graph: Graph, weights: any WeightSource) throws -> ReferencePlan {
    var parameters: [String: HostTensor] = [:]
    for entry in graph.manifest.entries {
      parameters[entry.path] = try weights.tensor(entry.path, shape: entry.shape).asFloat32
    }
    return ReferencePlan(graph: graph, parameters: parameters)
  }
}

extension HostTensor {
  /// The tensor with float32 storage; itself when it has that already.
  var asFloat32: HostTensor { type == .f32 ? self : HostTensor(shape, floats) }
}
