import Checkpoints
import Conformance
import IR
import Networks
import Tensors
import TestSupport
import Testing

/// The guided networks of TextualDegRemoval against the public PyTorch code
/// (tools/fixtures/textualdegremoval.py) and against their plain backbones.
@Suite struct GuidedTests {
  static let fixtures = [
    NetworkFixture(name: "nafnet-guided", architecture: "NAFNetRefFusion"),
    NetworkFixture(name: "restormer-guided", architecture: "RestormerRefFusion"),
    NetworkFixture(name: "promptir-guided", architecture: "PromptIRRefFusion"),
    NetworkFixture(name: "drsformer-guided", architecture: "DRSformerRefFusion"),
    NetworkFixture(name: "sfnet-guided", architecture: "SFNetRefFusion"),
  ]

  @Test(arguments: fixtures, ExecutorsUnderTest.all.filter { $0.dtype == .f32 })
  func agreesWithPyTorch(_ fixture: NetworkFixture, on candidate: ExecutorUnderTest) throws {
    let recognition = try Architectures.recognize(CheckpointIndex(fixture.file("checkpoint")))
    #expect(recognition.descriptor.architecture == fixture.architecture)
    #expect(recognition.unused.isEmpty)
    let output = try fixture.run(try fixture.file("inputs").all(), on: candidate)
    let comparison = Comparison(output, with: try fixture.file("expected").tensor(named: "output"))
    let tolerance = Tolerance.networkAgainstPyTorch(candidate.dtype)
    #expect(comparison.passes(tolerance), "\(fixture.name) on \(candidate): \(comparison)")
  }

  @Test(arguments: fixtures, ExecutorsUnderTest.fusedFloatCPUs)
  func batchDoesNotMatter(_ fixture: NetworkFixture, on candidate: ExecutorUnderTest) throws {
    let first = try fixture.file("inputs").all().mapValues { $0.outermost(0) }
    let second = first.mapValues { HostTensor($0.shape, $0.floats.reversed()) }
    let alone = try [first, second].map { try fixture.run($0, on: candidate).floats }
    let both = first.merging(second) { HostTensor.stacking([$1, $0]) }
    let together = try fixture.run(both, on: candidate)
    #expect(together.outermost(0).floats == alone[1])
    #expect(together.outermost(1).floats == alone[0])
    #expect(alone[0] != alone[1])
  }

  /// Fusion starts at zero: then nothing of the guidance gets in, and every bit is the backbone's.
  @Test(arguments: fixtures, ExecutorsUnderTest.fusedFloatCPUs + [ExecutorsUnderTest.all[0]])
  func withoutEffectItIsTheBackbone(
    _ fixture: NetworkFixture, on candidate: ExecutorUnderTest
  ) throws {
    let file = try fixture.file("checkpoint")
    let guided = try #require(try Architectures.recognize(CheckpointIndex(file)).network)
    let plain = try plain(guided)
    let side = guided.sizeMultiple
    let image = SeededStream(named: fixture.name).tensor([1, 3, side, side], .uniform(0...1))
    let reference = SeededStream(named: "reference").tensor([1, 3, side, side], .uniform(0...1))
    let operands = ["image": image, "reference_image": reference]
    let weights = WithoutFusion(file: file)
    let expected = try candidate.executor
      .prepare(plain.graph(["image": image.shape]), weights: weights).run(["image": image])
    let output = try candidate.executor
      .prepare(guided.graph(operands.mapValues(\.shape)), weights: weights).run(operands)
    #expect(output["output"]?.floats == expected["output"]?.floats)
    #expect(try fixture.run(operands, on: candidate).floats != expected["output"]?.floats)
  }

  private func plain(_ network: any Network) throws -> any Network {
    switch network {
    case let guided as Guided<NAFNet>: guided.configuration.backbone
    case let guided as Guided<Restormer>: guided.configuration.backbone
    case let guided as Guided<PromptIR>: guided.configuration.backbone
    case let guided as Guided<DRSformer>: guided.configuration.backbone
    case let guided as Guided<SFNet>: guided.configuration.backbone
    default: throw WrongNetwork()
    }
  }

  /// Parameters of the published configurations, their mends included.
  @Test func countsParameters() throws {
    var nafnet = NAFNet.Configuration()
    nafnet.width = 64
    nafnet.encoderBlocks = [1, 1, 1, 28]
    nafnet.middleBlocks = 1
    nafnet.decoderBlocks = [1, 1, 1, 1]
    var guided = Guided.Configuration(NAFNet(nafnet))
    guided.fusionBlocks[4] = 1
    let manifest = try Guided(guided).manifest
    #expect(manifest.parameterCount == 223_791_683)
    #expect(manifest.entries.count == 916)
    #expect(try Guided(.init(Restormer(.init()))).manifest.parameterCount == 60_096_138)
    #expect(try Guided(.init(PromptIR(.init()))).manifest.parameterCount == 69_561_757)
    #expect(try Guided(.init(DRSformer(.init()))).manifest.parameterCount == 72_693_798)
  }
}

private struct WrongNetwork: Error {}

/// A checkpoint in which the learned weights of the fusion are zero, as before training.
private struct WithoutFusion: WeightSource {
  let file: SafetensorsFile

  func tensor(_ path: String) throws -> HostTensor {
    let tensor = try file.tensor(named: path)
    let isFusion = path.hasPrefix("masa_blk")
    let isWeight = ["alpha", "beta", "gamma"].contains { path.hasSuffix("." + $0) }
    return isFusion && isWeight
      ? HostTensor(tensor.shape, [Float](repeating: 0, count: tensor.shape.count)) : tensor
  }
}
