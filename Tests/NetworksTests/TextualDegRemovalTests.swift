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

  @Test(arguments: fixtures, ExecutorsUnderTest.all.filter { $0.type == .f32 })
  func agreesWithPyTorch(_ fixture: NetworkFixture, on candidate: ExecutorUnderTest) throws {
    let file = try fixture.file("checkpoint")
    let recognition = try Architectures.recognize(CheckpointIndex(file))
    #expect(recognition.descriptor.architecture == fixture.architecture)
    let operands = try fixture.file("inputs").all()
    let graph = try recognition.network.graph(operands.mapValues(\.shape))
    let weights = try Binding(graph.manifest, to: file, allowUnused: true)
    let plan = try candidate.executor.prepare(graph, weights: weights)
    let output = try #require(try plan.run(operands)["words"])
    let comparison = Comparison(output, with: try fixture.file("expected").tensor(named: "output"))
    let tolerance = Tolerance.networkAgainstPyTorch(candidate.type)
    #expect(comparison.passes(tolerance), "\(fixture.name) on \(candidate): \(comparison)")
  }

  /// The mapper's file holds parameters of the U-Net too, which are not the mapper's.
  @Test func leavesTheUNetsKeys() throws {
    let file = try Self.fixtures[0].file("checkpoint")
    let recognition = try Architectures.recognize(CheckpointIndex(file))
    #expect(recognition.unused.map(\.shape) == [[4, 16], [4, 16]])
    #expect(recognition.unused.allSatisfy { $0.path.contains("attn2_to_") })
  }

  @Test func thePublishedSizesHaveTheirParameters() throws {
    #expect(try ImageToTextMapper(.init()).manifest.parameterCount == 249_538_560)
    #expect(try TextualRestoration(.init()).manifest.parameterCount == 118_215_680)
  }
}
