import Tensors

/// Turns graphs into plans on one device.
package protocol Executor: Sendable {
  /// A short name for reports: `reference`, or the OpenCL device's name.
  var name: String { get }

  /// Whether operands of quantised weights are rounded to whole numbers, which a tolerance takes
  /// into account.
  var roundsOperands: Bool { get }

  /// What plans that ``prepare(_:weights:keeping:)`` makes would hold together; compiles and
  /// allocates nothing.
  /// - Parameter weights: asked for nothing but how they are quantised.
  func footprint(
    of graphs: [Graph], weights: any WeightSource, keeping carries: [Carry]
  ) throws -> Footprint

  /// Compiles a graph and takes its parameters.
  func prepare(_ graph: Graph, weights: any WeightSource) throws -> any Plan

  /// Compiles graphs of one network, such as that of a prompt and that of a single token, whose
  /// plans share what they hold of its parameters, and values that stay with them between runs.
  ///
  /// A run is not given the operand of a carry, and does not return its result: it takes what the
  /// run before left, of whichever of the plans, and zeros at first. Their runs take turns.
  /// - Parameter carries: of which every graph has operand and result, in the same shapes.
  func prepare(
    _ graphs: [Graph], weights: any WeightSource, keeping carries: [Carry]
  ) throws -> [any Plan]
}

extension Executor {
  package var roundsOperands: Bool { false }

  /// What a plan for the graph would hold whose parameters are not quantised.
  package func footprint(of graph: Graph) throws -> Footprint {
    try footprint(of: [graph], weights: NoWeights(), keeping: [])
  }
}

/// An immutable compiled graph.
///
/// Any thread may run it, at any time, and gets the bits that it would get alone: runs of one plan
/// take turns where they share the plan's memory, and a loop keeps its turn until it returns. Plans
/// of one executor run beside each other, and beside the preparation of further ones.
package protocol Plan: Sendable {
  /// Bytes of device memory that the plan holds; 0 where it takes the host's alone.
  var deviceBytes: Int { get }

  /// Evaluates the graph. Operands are given and results returned under their names.
  func run(_ operands: [String: HostTensor]) throws -> [String: HostTensor]

  /// Evaluates the graph once for each element of `steps`, which holds the operands that change
  /// with the step; the others are taken from `operands`. Carried results become operands of the
  /// next step without leaving the device.
  /// - Parameters:
  ///   - operands: what the first step takes, carried operands included, without what `steps`
  ///     gives it.
  ///   - report: told how many steps are done: after every step, and in fractions within steps
  ///     that take long. What it throws ends the loop. It does not run the plan itself.
  /// - Returns: the results of the last step.
  func run(
    _ operands: [String: HostTensor], steps: [[String: HostTensor]], carrying: [Carry],
    reporting report: (Double) throws -> Void
  ) throws -> [String: HostTensor]
}

/// Operands that do not fit the plan that should run on them.
package struct OperandError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  /// Checks that `operands` are exactly the inputs of `graph`, each of its shape, without those
  /// that a plan keeps.
  package static func check(
    _ operands: [String: HostTensor], against graph: Graph, keeping kept: [Carry] = []
  ) throws(OperandError) {
    let inputs = graph.inputs.filter { input in !kept.contains { $0.input == input.name } }
    for (name, _, shape) in inputs {
      guard let operand = operands[name] else {
        throw OperandError(description: "input '\(name)' \(shape) is missing")
      }
      guard operand.shape == shape else {
        throw OperandError(
          description: "input '\(name)' has shape \(operand.shape), the network takes \(shape)")
      }
    }
    for name in operands.keys.sorted() where !inputs.contains(where: { $0.name == name }) {
      let known = inputs.map(\.name).joined(separator: ", ")
      throw OperandError(description: "unknown input '\(name)'; the network takes \(known)")
    }
  }
}
