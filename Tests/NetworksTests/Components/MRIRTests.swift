import Checkpoints
import IR
import Networks
import Tensors
import TestSupport
import Testing

/// MRIR's networks against their restatement (tools/restatements/mrir.py) and against those of
/// Stable Diffusion that they extend. See ComponentParityTests for half storage and batches.
@Suite struct MRIRTests {
  private static let floats = ExecutorsUnderTest.all.filter { $0.dtype == .f32 }

  @Test(arguments: ComponentFixture.mrir, floats)
  func agreesWithTheRestatement(
    _ fixture: ComponentFixture, on candidate: ExecutorUnderTest
  ) throws {
    let results = try fixture.results(on: candidate.executor)
    for (name, expected) in try fixture.tensors("expected") {
      let comparison = Comparison(try #require(results[name]), with: expected)
      #expect(comparison.maxAbs <= 1e-4, "\(fixture.name).\(name) on \(candidate): \(comparison)")
    }
  }

  @Test(arguments: ExecutorsUnderTest.all)
  func refines(on candidate: ExecutorUnderTest) throws {
    let fixture = NetworkFixture(name: "mrir-refine", architecture: RefineLayer.name)
    let file = try fixture.file("checkpoint")
    let recognition = try Architectures.recognize(CheckpointIndex(file))
    #expect(recognition.descriptor.architecture == fixture.architecture)
    #expect(recognition.prefix == "refine.")
    let operands = try fixture.file("inputs").all()
    let graph = try #require(recognition.network).graph(operands.mapValues(\.shape))
    let weights = try Binding(graph.manifest, to: file, prefix: recognition.prefix)
    let output = try candidate.executor.prepare(graph, weights: weights)
      .run(operands)["image_encoder_hidden_states"]
    let comparison = Comparison(
      try #require(output), with: try fixture.file("expected").tensor(named: "output"))
    #expect(
      comparison.passes(.networkAgainstPyTorch(candidate.dtype)), "\(candidate): \(comparison)")
  }

  /// With the last layers of what is added at zero, the U-Net has the bits of the plain one.
  @Test(arguments: ["unet-mrir", "unet-mrir-full"], ExecutorsUnderTest.all)
  func withoutEffectItIsStableDiffusion(
    _ name: String, on candidate: ExecutorUnderTest
  ) throws {
    let fixture = ComponentFixture(name: name)
    let recognition = try fixture.recognition()
    let steered = try #require(recognition.network as? UNet2DConditionModel)
    var configuration = steered.configuration
    configuration.backbone.imageAttention = nil
    configuration.pixelAttention = nil
    let operands = try fixture.tensors("inputs")
    func sample(_ network: UNet2DConditionModel, steers: Bool) throws -> [Float]? {
      let graph = try network.graph(operands.mapValues(\.shape))
      let binding = try Binding(
        graph.manifest, to: try fixture.checkpoint(), allowUnused: true,
        location: recognition.dialect.location)
      let weights: any WeightSource = steers ? binding : WithoutEffect(binding: binding)
      let plan = try candidate.executor.prepare(graph, weights: weights)
      let read = operands.filter { name, _ in graph.inputs.contains { $0.name == name } }
      return try plan.run(read)["sample"]?.floats
    }
    let plain = try sample(UNet2DConditionModel(configuration), steers: true)
    #expect(plain != nil)
    #expect(try sample(steered, steers: false) == plain)
    #expect(try sample(steered, steers: true) != plain)
  }

  @Test func recognisesWhatIsAdded() throws {
    func found(_ name: String) throws -> UNet2DConditionModel.Configuration {
      let network = try ComponentFixture(name: name).recognition().network
      return try #require(network as? UNet2DConditionModel).configuration
    }
    let light = try found("unet-mrir")
    #expect(light.backbone.imageAttention?.place == .inside)
    #expect(light.backbone.imageAttention?.crossAttentionDim == 10)
    #expect(light.pixelAttention == .inside)
    #expect(light.addsResiduals)
    let full = try found("unet-mrir-full")
    #expect(full.backbone.imageAttention?.place == .beside)
    #expect(full.pixelAttention == .beside)
    let unadded = try found("unet-mrir-unadded")
    #expect(unadded.backbone.imageAttention == nil)
    #expect(!unadded.addsResiduals)
    let plain = try found("unet-sd21")
    #expect(plain.backbone.imageAttention == nil)
    #expect(plain.pixelAttention == nil)
  }

  @Test(arguments: [
    (AddedAttention.inside as AddedAttention?, nil as AddedAttention?, 43_987_520),
    (nil, .inside, 28_697_920), (nil, .beside, 248_234_560),
  ])
  func addsAsManyParametersAsThePapers(
    image: AddedAttention?, pixel: AddedAttention?, count: Int
  ) throws {
    var configuration = UNet2DConditionModel.Configuration()
    let plain = try UNet2DConditionModel(configuration).manifest.parameterCount
    configuration.backbone.imageAttention = image.map { place in
      var attention = UNetBackbone.ImageAttention()
      attention.place = place
      return attention
    }
    configuration.pixelAttention = pixel
    let steered = try UNet2DConditionModel(configuration).manifest.parameterCount
    #expect(steered - plain == count)
  }

  @Test func theOthersHaveTheirParameters() throws {
    #expect(try RefineLayer(.init()).manifest.parameterCount == 2_890_496)
    var configuration = ControlNetModel.Configuration()
    configuration.hasRGBHeads = true
    #expect(try ControlNetModel(configuration).manifest.parameterCount == 361_279_120 + 10_377)
  }

  @Test func needsTheMapsThatItAttendsTo() throws {
    var configuration = UNet2DConditionModel.Configuration()
    configuration.pixelAttention = .inside
    let network = UNet2DConditionModel(configuration)
    var operands = network.operands(batch: 1, height: 9, width: 14)
    #expect(throws: Never.self) { try network.graph(operands) }
    operands["down_block_res_samples.7"] = nil
    let fault = #expect(throws: Fault.self) { try network.graph(operands) }
    #expect(fault?.path == "down_block_res_samples.7")
  }
}

/// Parameters in which nothing that MRIR adds has an effect.
private struct WithoutEffect: WeightSource {
  let binding: Binding

  func tensor(_ path: String) throws -> HostTensor {
    let tensor = try binding.tensor(path)
    let isLast =
      ["attn_img.to_out.", "attn2_plus.to_out."].contains { path.contains($0) }
      || ["image_attentions", "pixel_attentions"].contains { path.contains($0) }
        && path.contains(".proj_out.")
    return isLast
      ? HostTensor(tensor.shape, [Float](repeating: 0, count: tensor.shape.count)) : tensor
  }
}
