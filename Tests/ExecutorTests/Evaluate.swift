import IR
import ReferenceExecutor
import Tensors

/// The reference's result of one op on these operands.
func evaluate(_ op: Op, on operands: [HostTensor]) throws -> HostTensor {
  let graph = try Trace.graph { trace in
    let inputs = operands.enumerated().map { trace.input("\($0)", $1.shape) }
    return ["result": inputs[0].apply(op, Array(inputs.dropFirst()))]
  }
  let named = operands.enumerated().map { ("\($0)", $1) }
  let plan = try ReferenceExecutor().prepare(graph, weights: NoWeights())
  return try plan.run(Dictionary(uniqueKeysWithValues: named))["result"]!
}
