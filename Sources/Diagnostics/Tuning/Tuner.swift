import Execution
import Generation
import IR
import Models
import Networks
import OpenCL
import OpenCLExecutor
import Paths
import Pictures
import Tensors

/// A search for the tuning of a device: on standard shapes, or on a network.
package struct Tuner {
  private var search: TuningSearch
  private let file: TuningFile
  /// The choices that are searched, in order.
  package let choices: [Choice]

  /// - Parameters:
  ///   - model: the network that counts, at every size; nil for the standard shapes.
  ///   - names: of the choices to search; all when empty.
  ///   - rounds: in which a value and the one in effect are run by turns.
  package init(
    _ engine: Engine, _ model: Model?, sizes: [(height: Int, width: Int)], names: [String],
    rounds: Int
  ) throws(LimpidError) {
    guard case .openCL(let executor) = engine.backend else {
      throw LimpidError(.usage, "the reference has nothing to tune; choose another device")
    }
    do {
      let workloads =
        try model.map { model in
          try sizes.map { try Self.workload(model, height: $0.height, width: $0.width) }
        } ?? Self.standardWorkloads()
      search = TuningSearch(executor, workloads, rounds: rounds)
    } catch {
      throw LimpidError(error, subject: model?.name)
    }
    file = TuningFile(for: executor.device, engine.dtype)
    choices = try Self.choices(names, of: search.choices)
  }

  private static func choices(
    _ names: [String], of all: [Choice]
  ) throws(LimpidError) -> [Choice] {
    do {
      for name in names { _ = try Choice.named(name, among: all) }
    } catch {
      throw LimpidError(.usage, "\(error)")
    }
    return names.isEmpty ? all : all.filter { names.contains($0.name) }
  }

  private static func standardWorkloads() throws -> [TuningWorkload] {
    try TuningShapes.samples().map { sample in
      TuningWorkload(
        sample.name, sample.graph, weights: NoiseWeights(sample.graph.manifest, seed: 1),
        operands: SeededNoise(seed: 1).operands(for: sample.graph))
    }
  }

  private static func workload(
    _ model: Model, height: Int, width: Int
  ) throws -> TuningWorkload {
    let graph = try model.network.timedGraph(batch: 1, height: height, width: width)
    return TuningWorkload(
      "\(model.name), \(height)x\(width)", graph, weights: model.weights,
      operands: SeededNoise(seed: 1).operands(for: graph))
  }

  /// Searches the next choice.
  package mutating func decide(_ choice: Choice) throws(LimpidError) -> TuningSearch.Decision {
    do { return try search.decide(choice) } catch { throw LimpidError(error) }
  }

  /// How many times as fast each workload has become that is cut otherwise than before; when they
  /// are no faster in the mean, what was found is dropped.
  package mutating func conclude() throws(LimpidError) -> [(name: String, gain: Double)] {
    do { return try search.conclude() } catch { throw LimpidError(error) }
  }

  /// Keeps what was found.
  /// - Returns: the path of the file.
  package func write() throws(LimpidError) -> Path { try file.write(search.row) }
}

extension Network {
  /// The graph whose time counts: of an autoencoder, the decoder's.
  package func timedGraph(batch: Int, height: Int, width: Int) throws -> Graph {
    var operands = operands(batch: batch, height: height, width: width)
    if self is AutoencoderKL { operands["image"] = nil }
    return try graph(operands)
  }
}
