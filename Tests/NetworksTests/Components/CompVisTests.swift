import IR
import Networks
import Tensors
import Testing

/// The networks of Stable Diffusion alone, as the CompVis code and ControlNet's authors name them.
@Suite struct CompVisTests {
  private func backbone(width: Int, _ edit: (inout UNetBackbone) -> Void = { _ in }) -> UNetBackbone
  {
    var backbone = UNetBackbone()
    backbone.blockOutChannels = [width, 2 * width, 4 * width]
    backbone.downBlockTypes = [.crossAttention, .crossAttention, .plain]
    backbone.attentionHeadDim = [8, 8, 8]
    backbone.transformerLayersPerBlock = [1, 1, 1]
    backbone.crossAttentionDim = 24
    edit(&backbone)
    return backbone
  }

  private func unet(_ backbone: UNetBackbone) -> UNet2DConditionModel {
    var configuration = UNet2DConditionModel.Configuration()
    configuration.backbone = backbone
    configuration.upBlockTypes = backbone.downBlockTypes.reversed().map {
      $0 == .plain ? .plain : .crossAttention
    }
    if backbone.textTime != nil { configuration.sampleSize = 128 }
    return UNet2DConditionModel(configuration)
  }

  /// With and without the prefix, and with what a trainer puts in front and beside.
  private func expectRecognised<Known: Network & Equatable>(
    _ network: Known, _ dialect: KeyDialect
  ) throws {
    let entries = dialect.tensors(of: try network.manifest).entries
    for prefix in ["", dialect.prefix, "module." + dialect.prefix] {
      let named = entries.map {
        Manifest.Entry(path: prefix + $0.path.dropFirst(dialect.prefix.count), shape: $0.shape)
      }
      try expectRecognised(network, named, prefix)
      if !prefix.isEmpty {
        try expectRecognised(network, named + [.init(path: "epoch", shape: [])], prefix)
      }
    }
  }

  private func expectRecognised<Known: Network & Equatable>(
    _ network: Known, _ entries: [Manifest.Entry], _ prefix: String
  ) throws {
    #expect(!SingleFile.holdsComponents(entries))
    let recognition = try Architectures.recognize(
      CheckpointIndex(entries.map { ($0.path, $0.shape) }))
    #expect(recognition.network as? Known == network)
    #expect(recognition.prefix == prefix)
    #expect(recognition.unused.isEmpty)
    let names = Set(entries.map(\.path))
    let manifest = try network.manifest
    #expect(
      manifest.entries.allSatisfy { names.contains(recognition.dialect.location(of: $0).path) })
  }

  @Test(arguments: [32, 64, 320]) func recognisesAUNetOfAnyWidth(_ width: Int) throws {
    let network = unet(backbone(width: width))
    try expectRecognised(network, network.compVisDialect)
  }

  @Test(arguments: StableDiffusionVersion.allCases)
  func recognisesThePublishedOnes(_ version: StableDiffusionVersion) throws {
    let network = version.unet(inChannels: 9)
    try expectRecognised(network, network.compVisDialect)
    try expectRecognised(version.controlNet(), version.controlNet().compVisDialect)
    var autoencoder = version.autoencoder.configuration
    autoencoder.scalingFactor = AutoencoderKL.Configuration().scalingFactor
    let plain = AutoencoderKL(autoencoder)
    try expectRecognised(plain, plain.compVisDialect)
  }

  /// Where no group of 32 channels and no eight heads fit, fewer are taken.
  @Test func recognisesNarrowOnes() throws {
    let narrow = unet(
      backbone(width: 12) {
        $0.attentionHeadDim = [4, 8, 8]
        $0.normNumGroups = 4
        $0.layersPerBlock = 1
      })
    try expectRecognised(narrow, narrow.compVisDialect)
  }

  @Test func readsTheDepthOfEachLevel() throws {
    let deep = unet(
      backbone(width: 64) {
        $0.downBlockTypes = [.plain, .crossAttention, .crossAttention]
        $0.transformerLayersPerBlock = [1, 2, 3]
        $0.useLinearProjection = true
        $0.attentionHeadDim = [1, 2, 4]
        var addition = UNetBackbone.TextTime()
        addition.projectionClassEmbeddingsInputDim = 1600
        $0.textTime = addition
      })
    try expectRecognised(deep, deep.compVisDialect)
  }

  @Test(arguments: [[16, 32], [16, 32, 96, 256], [8, 12, 16]])
  func recognisesAControlNet(_ widths: [Int]) throws {
    var configuration = ControlNetModel.Configuration()
    configuration.backbone = backbone(width: 64)
    configuration.conditioningEmbeddingOutChannels = widths
    let network = ControlNetModel(configuration)
    try expectRecognised(network, network.compVisDialect)
  }

  @Test(arguments: [[32, 64], [128, 256, 512, 512], [24, 24]])
  func recognisesAnAutoencoder(_ widths: [Int]) throws {
    var configuration = AutoencoderKL.Configuration()
    configuration.blockOutChannels = widths
    configuration.layersPerBlock = 1
    if widths[0] == 24 { configuration.normNumGroups = 8 }
    let network = AutoencoderKL(configuration)
    try expectRecognised(network, network.compVisDialect)
  }

  /// One of several networks of a file, of sizes that were never published.
  @Test func findsComponentsOfAnyWidth() throws {
    let network = unet(backbone(width: 64) { $0.crossAttentionDim = 768 })
    let autoencoder = AutoencoderKL(.init())
    let entries =
      try network.compVisDialect.tensors(of: network.manifest).entries
      + autoencoder.compVisDialect.tensors(of: autoencoder.manifest).entries
    #expect(SingleFile.holdsComponents(entries))
    let recognition = try SingleFile.recognize(.unet, entries)
    #expect(recognition.network as? UNet2DConditionModel == network)
    #expect(recognition.prefix == "model.diffusion_model.")
  }
}
