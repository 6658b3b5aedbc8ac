import Synchronization
import Tensors

extension Executor {
  /// Plans that keep their values on the host, each with parameters of its own.
  package func prepare(
    _ graphs: [Graph], weights: any WeightSource, keeping carries: [Carry]
  ) throws -> [any Plan] {
    let plans = try graphs.map { try prepare($0, weights: weights) }
    guard !carries.isEmpty else { return plans }
    let kept = KeptValues(try OperandError.shapes(of: carries, in: graphs))
    return plans.map { KeepingPlan(plan: $0, carries: carries, kept: kept) }
  }
}

extension OperandError {
  /// The shapes of the operands that plans keep, which every graph must have as operand and result.
  package static func shapes(
    of carries: [Carry], in graphs: [Graph]
  ) throws(OperandError) -> [String: Shape] {
    var shapes: [String: Shape] = [:]
    for carry in carries {
      for graph in graphs {
        guard let input = graph.inputs.first(where: { $0.name == carry.input }),
          let output = graph.outputs.first(where: { $0.name == carry.output }),
          graph[output.value].shape == input.shape,
          shapes.updateValue(input.shape, forKey: carry.input) ?? input.shape == input.shape
        else {
          throw OperandError(
            description: "'\(carry.output)' cannot be kept for '\(carry.input)'")
        }
      }
    }
    return shapes
  }
}

/// What the plans of a network leave for each other's next run.
private final class KeptValues: Sendable {
  let values: Mutex<[String: HostTensor]>

  init(_ shapes: [String: Shape]) { values = Mutex(shapes.mapValues { .zeros($0) }) }
}

private struct KeepingPlan: Plan {
  let plan: any Plan
  let carries: [Carry]
  let kept: KeptValues

  var deviceBytes: Int { plan.deviceBytes }

  func run(_ operands: [String: HostTensor]) throws -> [String: HostTensor] {
    try kept.values.withLock { values in
      var results = try plan.run(operands.merging(values) { given, _ in given })
      for carry in carries { values[carry.input] = results.removeValue(forKey: carry.output) }
      return results
    }
  }
}
