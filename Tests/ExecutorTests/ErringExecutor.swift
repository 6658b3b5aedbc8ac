import IR
import ReferenceExecutor
import Tensors

/// The reference with an error planted in one element of every output, near 1/1000 of its
/// magnitude: what the comparison has to find.
struct ErringExecutor: Executor {
  let name = "erring"

  func footprint(
    of graphs: [Graph], weights: any WeightSource, keeping carries: [Carry]
  ) -> Footprint { .none }

  func prepare(_ graph: Graph, weights: any WeightSource) throws -> any Plan {
    ErringPlan(plan: try ReferenceExecutor().prepare(graph, weights: weights))
  }
}

private struct ErringPlan: Plan {
  let plan: any Plan

  var deviceBytes: Int { plan.deviceBytes }

  func run(_ operands: [String: HostTensor]) throws -> [String: HostTensor] {
    try plan.run(operands).mapValues { tensor in
      var elements = tensor.floats
      let energy = elements.reduce(0) { $0 + $1 * $1 }
      elements[elements.count / 2] += 1e-3 * energy.squareRoot()
      return HostTensor(tensor.shape, elements)
    }
  }
}
