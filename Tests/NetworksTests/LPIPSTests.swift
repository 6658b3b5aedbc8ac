import IR
import Networks
import Tensors
import TestSupport
import Testing

/// LPIPS against the package lpips: tools/fixtures/perceptual.py.
@Suite struct LPIPSTests {
  private static let fixtures = [
    NetworkFixture(name: "lpips-alex", architecture: "LPIPS"),
    NetworkFixture(name: "lpips-vgg", architecture: "LPIPS"),
  ]

  @Test(arguments: fixtures, ExecutorsUnderTest.all.filter { $0.dtype == .f32 })
  func agreesWithPyTorch(_ fixture: NetworkFixture, on candidate: ExecutorUnderTest) throws {
    let recognition = try Architectures.recognize(CheckpointIndex(try fixture.file("checkpoint")))
    #expect(recognition.descriptor.architecture == fixture.architecture)
    #expect(recognition.unused.isEmpty)
    let output = try fixture.run(try fixture.file("inputs").all(), on: candidate)
    let expected = try fixture.file("expected").tensor(named: "output")
    #expect(output.shape == [2, 1, 1, 1])
    let comparison = Comparison(output, with: expected)
    let tolerance = Tolerance.networkAgainstPyTorch(candidate.dtype)
    #expect(comparison.passes(tolerance), "\(fixture.name) on \(candidate): \(comparison)")
  }

  @Test(arguments: 0..<20) func recognitionInvertsConstruction(_ seed: Int) throws {
    var draw = Draw(seed: seed)
    let backbone = LPIPS.Backbone.allCases[draw.integer(0...1)]
    let network = LPIPS(backbone, widths: draw.integers(5, 1...12))
    let index = CheckpointIndex(try network.manifest.entries.map { ($0.path, $0.shape) })
    #expect(try Architectures.recognize(index).network as? LPIPS == network)
  }

  @Test func thePublishedSizesHaveTheirParameters() throws {
    #expect(try LPIPS(.alex).manifest.parameterCount == 2_470_854)
    #expect(try LPIPS(.vgg).manifest.parameterCount == 14_716_166)
  }

  @Test(arguments: LPIPS.Backbone.allCases)
  func theSmallestPictureIsTheSmallestThatCanBePooled(_ backbone: LPIPS.Backbone) throws {
    let side = backbone.smallestSide
    #expect(throws: Never.self) { try LPIPS(backbone).graph(height: side, width: 64) }
    #expect(throws: Fault.self) { try LPIPS(backbone).graph(height: side - 1, width: 64) }
  }
}
