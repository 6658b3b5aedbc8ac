import IR
import Networks
import Tensors
import Testing

/// The networks of latent diffusion as graphs, without weights.
@Suite struct LatentNetworkTests {
  @Test(arguments: [
    (StableDiffusionVersion.v1.unet(), 859_520_964, 686),
    (StableDiffusionVersion.v1.unet(inChannels: 8), 859_532_484, 686),
    (StableDiffusionVersion.v2.unet(), 865_910_724, 686),
    (StableDiffusionVersion.xl.unet(), 2_567_463_684, 1680),
  ])
  func countsTheParametersOfUNets(
    network: UNet2DConditionModel, parameters: Int, tensors: Int
  ) throws {
    let manifest = try network.manifest
    #expect(manifest.parameterCount == parameters)
    #expect(manifest.entries.count == tensors)
  }

  @Test func countsTheParametersOfTheOthers() throws {
    let controlNet = try ControlNetModel(.init()).manifest
    #expect(controlNet.parameterCount == 361_279_120)
    #expect(controlNet.entries.count == 340)
    let autoencoder = try AutoencoderKL(.init()).manifest
    #expect(autoencoder.parameterCount == 83_653_863)
    #expect(autoencoder.entries.count == 248)
  }

  @Test func aControlNetHasAResidualForEverySkip() throws {
    let (height, width) = (24, 40)
    let graph = try ControlNetModel(.init()).graph(height: height, width: width)
    var operands = StableDiffusionVersion.v1.unet().operands(
      batch: 1, height: height, width: width)
    for output in graph.outputs { operands[output.name] = graph[output.value].shape }
    #expect(operands.count == 3 + 12 + 1)
    let controlled = try StableDiffusionVersion.v1.unet().graph(operands)
    #expect(controlled[controlled.outputs[0].value].shape == [1, 4, height, width])
    #expect(controlled.inputs.count == operands.count)
  }

  @Test(arguments: [
    ("sample", Shape([1, 5, 8, 8]), "the operand must have 4 channels"),
    ("timestep", Shape([2]), "the operand must hold one number, or one for each image"),
    ("timestep", Shape([1, 1]), "the operand must have 0 or 1 axes"),
    ("encoder_hidden_states", Shape([1, 77, 1024]), "the operand must have 768 features"),
    ("encoder_hidden_states", Shape([2, 77, 768]), "batches differ"),
    ("down_block_res_samples.3", Shape([1, 320, 3, 3]), "shapes do not broadcast"),
  ])
  func refusesOperandsThatDoNotFit(name: String, shape: Shape, reason: String) {
    let network = StableDiffusionVersion.v1.unet()
    var operands = network.operands(batch: 1, height: 8, width: 8)
    operands[name] = shape
    let fault = #expect(throws: Fault.self) { try network.graph(operands) }
    #expect(fault?.reason == reason)
  }

  @Test func refusesTextAndSizesThatDoNotFit() {
    let network = StableDiffusionVersion.xl.unet()
    var operands = network.operands(batch: 1, height: 8, width: 8)
    operands["time_ids"] = [1, 5]
    let fault = #expect(throws: Fault.self) { try network.graph(operands) }
    #expect(fault?.reason == "must have 2816 features together")
    operands["time_ids"] = nil
    #expect(throws: Fault.self) { try network.graph(operands) }
  }

  @Test(
    arguments: [
      { $0.blockOutChannels = [] }, { $0.blockOutChannels[1] = .max }, { $0.layersPerBlock = -1 },
      { $0.attentionHeadDim = [8] }, { $0.attentionHeadDim[0] = 0 },
      { $0.transformerLayersPerBlock[0] = .max }, { $0.downBlockTypes = [] },
      { $0.normNumGroups = 0 }, { $0.crossAttentionDim = .min }, { $0.normNumGroups = 7 },
    ] as [@Sendable (inout UNetBackbone) -> Void])
  func refusesNumbersThatNoNetworkHas(spoil: @Sendable (inout UNetBackbone) -> Void) {
    var configuration = UNet2DConditionModel.Configuration()
    var control = ControlNetModel.Configuration()
    spoil(&configuration.backbone)
    spoil(&control.backbone)
    let network = UNet2DConditionModel(configuration)
    let operands = StableDiffusionVersion.v1.unet().operands(batch: 1, height: 8, width: 8)
    #expect(throws: Fault.self) { try network.graph(operands) }
    #expect(throws: Fault.self) { try network.manifest }
    #expect(throws: Fault.self) { try ControlNetModel(control).manifest }
  }
}
