import Checkpoints
import Foundation
import IR
import Networks
import Paths
import ReferenceExecutor
import Tensors
import TestSupport
import Testing

/// The networks against the public PyTorch code, on every executor.
@Suite struct ParityTests {
  @Test(arguments: NetworkFixture.all, ExecutorsUnderTest.all.filter { $0.dtype == .f32 })
  func agreesWithPyTorch(_ fixture: NetworkFixture, on candidate: ExecutorUnderTest) throws {
    let file = try fixture.file("checkpoint")
    let recognition = try Architectures.recognize(CheckpointIndex(file))
    #expect(recognition.descriptor.architecture == fixture.architecture)
    #expect(recognition.prefix == fixture.prefix)
    #expect(recognition.unused.isEmpty)

    let expected = try fixture.file("expected").tensor(named: "output")
    let output = try fixture.restore(try fixture.image(), on: candidate)
    let comparison = Comparison(output, with: expected)
    let tolerance = Tolerance.networkAgainstPyTorch(candidate.dtype)
    #expect(comparison.passes(tolerance), "\(fixture.name) on \(candidate): \(comparison)")
  }

  /// The fixtures' weights are random and their outputs leave [0, 1], so the peak is the output's.
  @Test(arguments: NetworkFixture.all, ExecutorsUnderTest.all.filter { $0.dtype == .f16 })
  func halfStorageIsClose(_ fixture: NetworkFixture, on candidate: ExecutorUnderTest) throws {
    let expected = try fixture.file("expected").tensor(named: "output")
    let output = try fixture.restore(try fixture.image(), on: candidate)
    let comparison = Comparison(output, with: expected)
    let tolerance = Tolerance.networkAgainstPyTorch(.f16)
    #expect(comparison.passes(tolerance), "\(fixture.name) on \(candidate): \(comparison)")
  }
}

/// A random checkpoint, an input and PyTorch's output, written by tools/fixtures/networks.py.
struct NetworkFixture: CustomTestStringConvertible, Sendable {
  let name: String
  let architecture: String
  var prefix = ""
  /// What the checkpoint does not tell.
  var choices: [Hyperparameter] = []
  /// Statistics over windows; nil for those over the whole image.
  var local: LocalStatistics?

  static let all = [
    NetworkFixture(name: "nafnet-colour", architecture: "NAFNet"),
    NetworkFixture(name: "nafnet-gray-deep", architecture: "NAFNet", prefix: "params."),
    NetworkFixture(name: "restormer-with-bias", architecture: "Restormer"),
    NetworkFixture(
      name: "restormer-bias-free-gray", architecture: "Restormer", prefix: "module."),
    NetworkFixture(name: "restormer-dual-pixel", architecture: "Restormer"),
    NetworkFixture(name: "promptir", architecture: "PromptIR", prefix: "net."),
    NetworkFixture(name: "sfnet", architecture: "SFNet", prefix: "model."),
    NetworkFixture(
      name: "sfnet-local", architecture: "SFNet",
      choices: [Hyperparameter("base_size", .integer(246))]),
    NetworkFixture(
      name: "restormer-local", architecture: "Restormer",
      local: LocalStatistics(trainingSize: 32)),
    NetworkFixture(name: "drsformer", architecture: "DRSformer", prefix: "params."),
    NetworkFixture(name: "drsformer-plain", architecture: "DRSformer", prefix: "params."),
  ]

  var testDescription: String { name }

  /// The input, (N, C, H, W).
  func image() throws -> HostTensor { try file("inputs").tensor(named: "image") }

  /// What the network makes of `image`, whose batch and size are free.
  func restore(_ image: HostTensor, on candidate: ExecutorUnderTest) throws -> HostTensor {
    try run(["image": image], on: candidate)
  }

  /// What the network makes of these operands.
  func run(
    _ operands: [String: HostTensor], on candidate: ExecutorUnderTest
  ) throws -> HostTensor {
    let file = try file("checkpoint")
    var recognition = try Architectures.recognize(CheckpointIndex(file))
    if let local { recognition = try #require(try recognition.converted(to: local)) }
    let known = try #require(recognition.network)
    let network = try choices.reduce(known) { try #require($0.choosing($1)) }
    let graph = try network.graph(operands.mapValues(\.shape))
    let weights = try Binding(
      graph.manifest, to: Checkpoint(file), allowUnused: true,
      location: recognition.dialect.location)
    let folded = FoldedGraph(graph)
    let plan = try candidate.executor.prepare(
      folded.graph, weights: try folded.weights(weights, on: ReferenceExecutor()))
    return try #require(try plan.run(operands)["output"])
  }

  func file(_ part: String) throws -> SafetensorsFile {
    let folder = try #require(Bundle.module.resourceURL)
    return try SafetensorsFile(
      path: Path(folder.appendingPathComponent("Fixtures/\(name)/\(part).safetensors").path))
  }
}

extension CheckpointIndex {
  init(_ file: SafetensorsFile) { self.init(file.entries.map { ($0.name, $0.shape) }) }
}
