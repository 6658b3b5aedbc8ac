import Checkpoints
import IR
import Networks
import Tensors
import TestSupport
import Testing

/// TextualDegRemoval's networks on words against the public PyTorch code
/// (tools/fixtures/textualdegremoval.py).
@Suite struct TextualDegRemovalTests {
  private static let fixtures = [
    NetworkFixture(name: "tdr-mapper", architecture: ImageToTextMapper.name),
    NetworkFixture(name: "tdr-restoration", architecture: TextualRestoration.name),
  ]

  @Test(arguments: fixtures, ExecutorsUnderTest.all.filter { $0.dtype == .f32 })
  func agreesWithPyTorch(_ fixture: NetworkFixture, on candidate: ExecutorUnderTest) throws {
    let file = try fixture.file("checkpoint")
    let recognition = try Architectures.recognize(CheckpointIndex(file))
    #expect(recognition.descriptor.architecture == fixture.architecture)
    let operands = try fixture.file("inputs").all()
    let graph = try #require(recognition.network).graph(operands.mapValues(\.shape))
    let weights = try Binding(graph.manifest, to: file, allowUnused: true)
    let plan = try candidate.executor.prepare(graph, weights: weights)
    let output = try #require(try plan.run(operands)["words"])
    let comparison = Comparison(output, with: try fixture.file("expected").tensor(named: "output"))
    let tolerance = Tolerance.networkAgainstPyTorch(candidate.dtype)
    #expect(comparison.passes(tolerance), "\(fixture.name) on \(candidate): \(comparison)")
  }

  /// The mapper's file holds parameters of the U-Net too, which are neither the mapper's nor
  /// left over.
  @Test func leavesTheUNetsKeys() throws {
    let file = try Self.fixtures[0].file("checkpoint")
    let recognition = try Architectures.recognize(CheckpointIndex(file))
    let tuned = try file.all().keys.filter { $0.contains("attn2_to_") }
    #expect(tuned.count == 2)
    #expect(recognition.unused.isEmpty)
    let own = try recognition.architecture.manifest.entries
    #expect(!own.contains { $0.path.contains("attn2_to_") })
  }

  @Test func thePublishedSizesHaveTheirParameters() throws {
    #expect(try ImageToTextMapper(.init()).manifest.parameterCount == 249_538_560)
    #expect(try TextualRestoration(.init()).manifest.parameterCount == 118_215_680)
  }
}
