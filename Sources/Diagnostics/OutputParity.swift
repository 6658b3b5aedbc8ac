import Checkpoints
import Execution
import IR
import Models
import Networks
import Paths
import Pictures
import Tensors

/// A network's outputs on given inputs, compared with given outputs.
package struct OutputParity: Sendable {
  package let tolerance: Tolerance
  /// In the order of their names.
  package let outputs: [(name: String, comparison: Comparison)]

  package var passed: Bool { outputs.allSatisfy { $0.comparison.passes(tolerance) } }

  /// - Parameter leastPeak: of the signal that PSNR relates to.
  init(
    _ actual: [String: HostTensor], with expected: [String: HostTensor], tolerance: Tolerance,
    leastPeak: Double = 1
  ) {
    self.tolerance = tolerance
    outputs = expected.keys.sorted().map {
      ($0, Comparison(actual[$0]!, with: expected[$0]!, leastPeak: leastPeak))
    }
  }

  /// Runs the network on the tensors of one safetensors file and compares with those of another.
  /// - Parameters:
  ///   - inputs: named as the network names them; their shapes fix batch and size.
  ///   - expected: every tensor must be an output of the network.
  package init(
    _ model: Model, on engine: Engine, inputs: Path, expected: Path
  ) throws(LimpidError) {
    let operands = try Self.tensors(inputs)
    let expectation = try Self.tensors(expected)
    let graph = try Self.graph(model, for: operands, from: inputs)
    let names = Set(graph.outputs.map(\.name))
    guard !expectation.isEmpty, names.isSuperset(of: expectation.keys) else {
      throw LimpidError(
        .badData,
        "\(expected): holds \(expectation.keys.sorted()), "
          + "the network's outputs are \(names.sorted())")
    }
    do {
      let plan = try engine.plan(graph, weights: model.weights)
      let isComponent = model.architecture is any ConfiguredNetwork
      self.init(
        try plan.run(operands), with: expectation,
        tolerance: isComponent
          ? .componentAgainstPyTorch(engine.dtype) : .networkAgainstPyTorch(engine.dtype),
        leastPeak: isComponent ? 0 : 1)
    } catch {
      throw LimpidError(error, subject: inputs)
    }
  }

  private static func graph(
    _ model: Model, for operands: [String: HostTensor], from path: Path
  ) throws(LimpidError) -> Graph {
    do {
      return try model.network.graph(operands.mapValues(\.shape))
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  private static func tensors(_ path: Path) throws(LimpidError) -> [String: HostTensor] {
    do {
      let file = try SafetensorsFile(path: path)
      return Dictionary(
        uniqueKeysWithValues: try file.entries.map { ($0.name, try file.tensor(named: $0.name)) })
    } catch {
      throw LimpidError(error, subject: path)
    }
  }
}
