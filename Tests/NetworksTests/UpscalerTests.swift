import Checkpoints
import IR
import Networks
import ReferenceExecutor
import Tensors
import TestSupport
import Testing

/// Networks that enlarge, and their like, against spandrel: tools/fixtures/upscalers.py.
@Suite struct UpscalerTests {
  static let fixtures = [
    NetworkFixture(name: "swinir-x4", architecture: "SwinIR", prefix: "params."),
    NetworkFixture(name: "swinir-light-x3", architecture: "SwinIR"),
    NetworkFixture(name: "swinir-real-x4", architecture: "SwinIR", prefix: "params_ema."),
    NetworkFixture(name: "swinir-unshuffled-x2", architecture: "SwinIR"),
    NetworkFixture(name: "swinir-gray", architecture: "SwinIR"),
    NetworkFixture(name: "swinir-jpeg", architecture: "SwinIR"),
    NetworkFixture(name: "hat-x4", architecture: "HAT", prefix: "params_ema."),
    NetworkFixture(name: "hat-gray-x3", architecture: "HAT"),
    NetworkFixture(name: "srformer-x4", architecture: "SRFormer", prefix: "params_ema."),
    NetworkFixture(name: "srformer-light-x2", architecture: "SRFormer"),
    NetworkFixture(name: "scunet", architecture: "SCUNet"),
    NetworkFixture(name: "omnisr-x2", architecture: "OmniSR"),
    NetworkFixture(name: "omnisr-gray-x3", architecture: "OmniSR"),
    NetworkFixture(name: "cugan-x2", architecture: "CUNet"),
    NetworkFixture(name: "cugan-pro-x3", architecture: "CUNet"),
    NetworkFixture(name: "cugan-x4", architecture: "CUNet"),
    NetworkFixture(name: "cunet", architecture: "CUNet"),
    NetworkFixture(name: "cunet-plain", architecture: "CUNet"),
    NetworkFixture(name: "upconv7", architecture: "UpConv7", prefix: "net."),
    NetworkFixture(name: "vgg7", architecture: "UpConv7", prefix: "net."),
    NetworkFixture(name: "edsr-x4", architecture: "EDSR"),
    NetworkFixture(name: "edsr-basicsr-x3", architecture: "EDSR", prefix: "params."),
    NetworkFixture(name: "drunet", architecture: "DRUNet"),
    NetworkFixture(name: "fbcnn", architecture: "FBCNN"),
    NetworkFixture(name: "srmd-x3", architecture: "SRMD", prefix: "model."),
    NetworkFixture(name: "srmdnf-x2", architecture: "SRMD", prefix: "model."),
    NetworkFixture(name: "demosaicnet-bayer", architecture: "Demosaicnet"),
    NetworkFixture(name: "demosaicnet-xtrans", architecture: "Demosaicnet"),
    NetworkFixture(name: "dat-x2", architecture: "DAT", prefix: "params."),
    NetworkFixture(name: "dat-light-x3", architecture: "DAT"),
    NetworkFixture(name: "rrdb-x4", architecture: "RRDBNet"),
    NetworkFixture(name: "rrdb-x2-unshuffled", architecture: "RRDBNet", prefix: "params_ema."),
    NetworkFixture(name: "rrdb-plus-x8-gray", architecture: "RRDBNet", prefix: "model."),
    NetworkFixture(name: "compact-x4", architecture: "SRVGGNetCompact", prefix: "params.body."),
    NetworkFixture(name: "compact-x1-gray", architecture: "SRVGGNetCompact", prefix: "body."),
    NetworkFixture(name: "span-x2", architecture: "SPAN"),
    NetworkFixture(name: "span-merged-x4", architecture: "SPAN", prefix: "params."),
    NetworkFixture(name: "realplksr-x4", architecture: "RealPLKSR", prefix: "feats."),
    NetworkFixture(
      name: "realplksr-layer-x2", architecture: "RealPLKSR", prefix: "params_ema.feats."),
    NetworkFixture(name: "rcan-x3", architecture: "RCAN"),
    NetworkFixture(name: "rcan-unshuffled-x2", architecture: "RCAN"),
    NetworkFixture(name: "dncnn", architecture: "DnCNN", prefix: "model."),
    NetworkFixture(name: "dncnn-plain", architecture: "DnCNN", prefix: "model."),
  ]

  @Test(arguments: fixtures, ExecutorsUnderTest.all)
  func agreesWithPyTorch(_ fixture: NetworkFixture, on candidate: ExecutorUnderTest) throws {
    let recognition = try Architectures.recognize(CheckpointIndex(try fixture.file("checkpoint")))
    #expect(recognition.descriptor.architecture == fixture.architecture)
    #expect(recognition.prefix == fixture.prefix)
    #expect(recognition.unused.isEmpty)

    let image = try fixture.image()
    let output = try fixture.restore(image, on: candidate)
    let scale = recognition.descriptor.scale
    #expect(output.shape.extents[2...] == [scale * image.shape[2], scale * image.shape[3]])
    let expected = try fixture.file("expected").tensor(named: "output")
    let comparison = Comparison(output, with: expected)
    let tolerance = Tolerance.networkAgainstPyTorch(candidate.dtype)
    #expect(comparison.passes(tolerance), "\(fixture.name) on \(candidate): \(comparison)")
  }

  /// Of all that these networks put together from parameters.
  @Test(arguments: ["span-x2", "dncnn", "dat-x2"])
  func foldingChangesNothing(_ name: String) throws {
    let fixture = try #require(Self.fixtures.first { $0.name == name })
    let file = try fixture.file("checkpoint")
    let recognition = try Architectures.recognize(CheckpointIndex(file))
    let image = try fixture.image()
    let graph = try #require(recognition.network).graph(["image": image.shape])
    let folded = FoldedGraph(graph)
    #expect(folded.graph.nodes.count < graph.nodes.count)
    #expect(folded.graph.inputs.map(\.name) == graph.inputs.map(\.name))
    let weights = try Binding(
      graph.manifest, to: Checkpoint(file), allowUnused: true,
      location: recognition.dialect.location)
    let reference = ReferenceExecutor()
    let whole = try reference.prepare(graph, weights: weights).run(["image": image])
    let parts = try reference.prepare(
      folded.graph, weights: try folded.weights(weights, on: reference)
    ).run(["image": image])
    #expect(whole["output"]?.floats == parts["output"]?.floats)
  }
}
