import Tensors

/// A result that is an operand of the next evaluation: a latent between the steps of a sampler.
package struct Carry: Hashable, Sendable {
  package let output: String
  package let input: String

  package init(output: String, input: String) {
    self.output = output
    self.input = input
  }
}

extension Plan {
  /// The loop by one evaluation after the other, on the host.
  package func run(
    _ operands: [String: HostTensor], steps: [[String: HostTensor]], carrying: [Carry],
    reporting report: (Double) throws -> Void
  ) throws -> [String: HostTensor] {
    var operands = operands
    var results: [String: HostTensor] = [:]
    for (number, step) in steps.enumerated() {
      results = try run(operands.merging(step) { _, changing in changing })
      for carry in carrying { operands[carry.input] = results[carry.output] }
      try report(Double(number + 1))
    }
    return results
  }
}

extension OperandError {
  /// Checks the operands of a loop: see ``Plan/run(_:steps:carrying:reporting:)``.
  package static func check(
    _ operands: [String: HostTensor], steps: [[String: HostTensor]], carrying: [Carry],
    against graph: Graph, keeping kept: [Carry] = []
  ) throws(OperandError) {
    guard !steps.isEmpty else { throw OperandError(description: "a loop of no steps") }
    for step in steps {
      try check(
        operands.merging(step) { _, changing in changing }, against: graph, keeping: kept)
    }
    for carry in carrying {
      guard !kept.contains(where: { $0.input == carry.input || $0.output == carry.output }),
        let output = graph.outputs.first(where: { $0.name == carry.output }),
        graph.inputs.contains(where: {
          $0.name == carry.input && $0.shape == graph[output.value].shape
        })
      else {
        throw OperandError(
          description: "'\(carry.output)' cannot be carried into '\(carry.input)'")
      }
    }
  }
}
