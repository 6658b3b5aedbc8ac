import Checkpoints
import Foundation
import IR
import Networks
import ReferenceExecutor
import Tensors
import TestSupport
import Testing

/// LMDIR against its restatement in PyTorch (tools/fixtures/lmdir.py) and against Restormer.
@Suite struct LMDIRTests {
  private static let readings: [(name: String, reading: LMDIR.Reading)] = [
    ("lmdir", LMDIR.Reading()), ("lmdir-literal", .literal),
  ]

  @Test(arguments: readings.map(\.name), ExecutorsUnderTest.all.filter { $0.dtype == .f32 })
  func agreesWithPyTorch(_ name: String, on candidate: ExecutorUnderTest) throws {
    let fixture = NetworkFixture(name: name, architecture: "LMDIR")
    let operands = try fixture.file("inputs").all()
    let expected = try fixture.file("expected").tensor(named: "output")
    let output = try run(network(name), fixture, operands, on: candidate)
    let comparison = Comparison(output, with: expected)
    let tolerance = Tolerance.networkAgainstPyTorch(candidate.dtype)
    #expect(comparison.passes(tolerance), "\(name) on \(candidate): \(comparison)")
  }

  @Test(arguments: ExecutorsUnderTest.all)
  func batchDoesNotMatter(on candidate: ExecutorUnderTest) throws {
    let fixture = NetworkFixture(name: "lmdir", architecture: "LMDIR")
    let network = try network("lmdir")
    let operands = try fixture.file("inputs").all()
    let together = try run(network, fixture, operands, on: candidate)
    for image in 0..<2 {
      let alone = try run(
        network, fixture, operands.mapValues { $0.outermost(image) }, on: candidate)
      #expect(together.outermost(image).floats == alone.floats)
    }
  }

  /// Every prior moves the result.
  @Test(arguments: ["degradation_embeds", "content_embeds", "reference_image"])
  func listensTo(_ prior: String) throws {
    let fixture = NetworkFixture(name: "lmdir", architecture: "LMDIR")
    let reference = ExecutorsUnderTest.all[0]
    let network = try network("lmdir")
    var operands = try fixture.file("inputs").all().mapValues { $0.outermost(0) }
    let before = try run(network, fixture, operands, on: reference)
    let changed = try #require(operands[prior])
    operands[prior] = HostTensor(changed.shape, changed.floats.reversed())
    let after = try run(network, fixture, operands, on: reference)
    #expect(Comparison(after, with: before).maxAbs > 1e-2)
  }

  @Test func thePapersConfigurationHasItsParameters() throws {
    #expect(try LMDIR(.init()).manifest.parameterCount == 55_718_160)
  }

  /// Literally, the prompt encoder is sixteen square matrices and the queries: no norms, biases and
  /// projections of what comes out.
  @Test func literallyThePromptEncoderHasMatricesAlone() throws {
    var configuration = LMDIR.Configuration()
    configuration.reading = .literal
    let entries = try LMDIR(configuration).manifest.entries
      .filter { $0.path.hasPrefix("prompt_encoder.") }
    #expect(entries.allSatisfy { $0.shape.rank == 2 })
    let (count, width) = (entries.reduce(0) { $0 + $1.shape.count }, 768)
    #expect(count == 16 * width * width + 16 * width)
  }

  /// With gates and scales of one and all that is added at zero, what is left is Restormer.
  @Test func withoutEffectItIsRestormer() throws {
    let fixture = NetworkFixture(name: "lmdir", architecture: "LMDIR")
    let lmdir = try network("lmdir")
    let file = try fixture.file("checkpoint")
    let operands = try fixture.file("inputs").all().mapValues { $0.outermost(0) }
    var configuration = Restormer.Configuration()
    configuration.backbone = lmdir.configuration.backbone
    configuration.refinementBlocks = lmdir.configuration.refinementBlocks
    let image = try #require(operands["image"])
    let plain = try Restormer(configuration).graph(["image": image.shape])
    let steered = try lmdir.graph(operands.mapValues(\.shape))
    let reference = ReferenceExecutor()
    let expected = try reference.prepare(plain, weights: WithoutEffect(file: file))
      .run(["image": image])["output"]!
    let output = try reference.prepare(steered, weights: WithoutEffect(file: file))
      .run(operands)["output"]!
    #expect(Comparison(output, with: expected).maxAbs <= 1e-6)
  }

  private func network(_ name: String) throws -> LMDIR {
    let file = try NetworkFixture(name: name, architecture: "LMDIR").file("checkpoint")
    let recognition = try Architectures.recognize(CheckpointIndex(file))
    let found = try #require(recognition.network as? LMDIR)
    #expect(recognition.unused.isEmpty)
    var configuration = found.configuration
    configuration.reading = try #require(Self.readings.first { $0.name == name }).reading
    #expect(found.configuration.reading.keepsNorms == configuration.reading.keepsNorms)
    return LMDIR(configuration)
  }

  private func run(
    _ network: LMDIR, _ fixture: NetworkFixture, _ operands: [String: HostTensor],
    on candidate: ExecutorUnderTest
  ) throws -> HostTensor {
    let graph = try network.graph(operands.mapValues(\.shape))
    let weights = try Binding(graph.manifest, to: try fixture.file("checkpoint"))
    return try #require(
      try candidate.executor.prepare(graph, weights: weights).run(operands)["output"])
  }
}

extension SafetensorsFile {
  /// Every tensor of the file.
  func all() throws -> [String: HostTensor] {
    Dictionary(uniqueKeysWithValues: try entries.map { ($0.name, try tensor(named: $0.name)) })
  }
}

/// A checkpoint of LMDIR in which nothing that steers has an effect.
private struct WithoutEffect: WeightSource {
  let file: SafetensorsFile

  func tensor(_ path: String) throws -> HostTensor {
    let tensor = try file.tensor(named: path)
    if path.hasSuffix("dea.linear.bias") {
      // Gates, then scale and shift of the attention, then those of the feed-forward network.
      let part = tensor.shape.count / 6
      return HostTensor(
        tensor.shape,
        [1, 1, 1, 0, 1, 0].flatMap {
          [Float](repeating: $0, count: part)
        })
    }
    let isSilent = ["dea.linear.weight", "ra.to_v.weight", "theta.weight"].contains {
      path.hasSuffix($0)
    }
    return isSilent
      ? HostTensor(tensor.shape, [Float](repeating: 0, count: tensor.shape.count)) : tensor
  }
}
