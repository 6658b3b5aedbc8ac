import Execution
import Generation
import IR
import Models
import Networks
import OpenCLExecutor
import Pictures
import ReferenceExecutor
import Tensors

/// A network on an OpenCL device against the reference, one node at a time.
///
/// Every node is given the operands that the device computed, so a disagreement is the node's own
/// and not an earlier one's.
package struct NodeParity: Sendable {
  /// The first node whose result is not the reference's.
  package struct Disagreement: Sendable, CustomStringConvertible {
    package let op: String
    /// Weight path; empty outside modules.
    package let path: String
    package let operands: [Shape]
    package let comparison: Comparison
    package let tolerance: Tolerance

    package var description: String {
      let place = path.isEmpty ? "" : " at \(path)"
      let shapes = operands.map(\.description).joined(separator: " ")
      return "\(op)\(place) on \(shapes) -> \(comparison.expectedShape): \(comparison); "
        + "allowed: \(tolerance)"
    }
  }

  /// How many nodes were compared.
  package private(set) var compared = 0
  package private(set) var disagreement: Disagreement?
  /// The fused plan's outputs against the reference's; nil when a node disagreed before.
  package private(set) var outputs: OutputParity?

  package var passed: Bool { disagreement == nil && outputs?.passed == true }

  /// Runs on seeded noise of the given size, in pixels.
  package init(
    _ model: Model, on engine: Engine, batch: Int, height: Int, width: Int, seed: Int
  ) throws(LimpidError) {
    guard case .openCL(let executor) = engine.backend else {
      throw LimpidError(.usage, "the reference is what devices are compared with; choose another")
    }
    do {
      let graph = try model.network.graph(batch: batch, height: height, width: width)
      let operands = SeededNoise(seed: seed).operands(for: graph)
      let unfused = try OpenCLExecutor(
        executor.device, dtype: engine.dtype, math: executor.math, fuses: false,
        family: executor.tuning.family, tuning: executor.tuning)
      try compareNodes(of: graph, model, on: unfused, operands, engine.dtype)
      guard disagreement == nil else { return }
      let expected = try ReferenceExecutor().prepare(graph, weights: model.weights).run(operands)
      let actual = try executor.plan(graph, weights: model.weights).run(operands)
      outputs = OutputParity(actual, with: expected, tolerance: .network(engine.dtype))
    } catch {
      throw LimpidError(error, subject: model.name)
    }
  }

  private mutating func compareNodes(
    of graph: Graph, _ model: Model, on executor: OpenCLExecutor,
    _ operands: [String: HostTensor], _ dtype: DType
  ) throws {
    let plan = try executor.plan(graph, weights: model.weights, observes: true)
    var values = [HostTensor?](repeating: nil, count: graph.nodes.count)
    try plan.run(operands) { values[$0.index] = $1 }
    for value in graph.values {
      let node = graph[value]
      switch node.op {
      case .input(let name): values[value.index] = operands[name]
      case .weight(let path): values[value.index] = try model.weights.tensor(path)
      default:
        let sources = node.operands.map { values[$0.index]! }
        let expected = try SingleNode(node, shapes: sources.map(\.shape)).evaluated(on: sources)
        // Values that the device does not keep, such as views, come from the reference.
        guard let actual = values[value.index] else {
          values[value.index] = expected
          continue
        }
        compare(actual, with: expected, node, sources.map(\.shape), dtype)
        if disagreement != nil { return }
      }
    }
  }

  private mutating func compare(
    _ actual: HostTensor, with expected: HostTensor, _ node: Graph.Node, _ operands: [Shape],
    _ dtype: DType
  ) {
    compared += 1
    let tolerance = Tolerance.operation(
      dtype, reduction: node.op.reductionLength(operands: operands))
    let comparison = Comparison(actual, with: expected, leastPeak: 0)
    guard !comparison.passes(tolerance) else { return }
    disagreement = Disagreement(
      op: node.op.name, path: node.path, operands: operands, comparison: comparison,
      tolerance: tolerance)
  }
}

/// One node of a graph as a graph of its own.
private struct SingleNode {
  private let graph: Graph

  init(_ node: Graph.Node, shapes: [Shape]) {
    let inputs = shapes.enumerated().map { index, shape in
      Graph.Node(op: .input("\(index)"), operands: [], shape: shape, path: "")
    }
    let alone = Graph.Node(
      op: node.op, operands: inputs.indices.map(Graph.Value.init), shape: node.shape,
      path: node.path)
    graph = Graph(
      nodes: inputs + [alone],
      outputs: [Graph.Output(name: "result", value: Graph.Value(inputs.count))])
  }

  func evaluated(on operands: [HostTensor]) throws -> HostTensor {
    let named = operands.enumerated().map { ("\($0.offset)", $0.element) }
    let plan = try ReferenceExecutor().prepare(graph, weights: NoWeights())
    return try plan.run(Dictionary(uniqueKeysWithValues: named))["result"]!
  }
}
