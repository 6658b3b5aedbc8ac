import Tensors

/// The published versions of Stable Diffusion, whose networks have the same configurations in all
/// checkpoints that descend from them.
package enum StableDiffusionVersion: String, CaseIterable, Sendable {
  case v1 = "1.x"
  case v2 = "2.x"
  case xl

  /// Features of a token of the U-Net's context.
  package var contextFeatures: Int {
    switch self {
    case .v1: 768
    case .v2: 1024
    case .xl: 2048
    }
  }

  /// - Parameter inChannels: more than 4 where the U-Net sees more than noise.
  package func unet(inChannels: Int = 4) -> UNet2DConditionModel {
    var configuration = UNet2DConditionModel.Configuration()
    configuration.backbone = backbone(inChannels: inChannels)
    switch self {
    case .v1, .v2: break
    case .xl:
      configuration.upBlockTypes = [.crossAttention, .crossAttention, .plain]
      configuration.sampleSize = 128
    }
    return UNet2DConditionModel(configuration)
  }

  package func controlNet() -> ControlNetModel {
    var configuration = ControlNetModel.Configuration()
    configuration.backbone = backbone(inChannels: 4)
    return ControlNetModel(configuration)
  }

  package var autoencoder: AutoencoderKL {
    var configuration = AutoencoderKL.Configuration()
    switch self {
    case .v1, .v2: break
    case .xl: configuration.scalingFactor = 0.13025
    }
    return AutoencoderKL(configuration)
  }

  /// The text towers in the order of the pipeline.
  package var textEncoders: [CLIPTextModel] {
    switch self {
    case .v1: [CLIPTextModel(.init())]
    // The last of the tower's 24 layers is never run.
    case .v2: [Self.openCLIP(width: 1024, heads: 16, layers: 23)]
    case .xl:
      [CLIPTextModel(.init()), Self.openCLIP(width: 1280, heads: 20, layers: 32, projection: 1280)]
    }
  }

  private func backbone(inChannels: Int) -> UNetBackbone {
    var backbone = UNetBackbone()
    backbone.inChannels = inChannels
    backbone.crossAttentionDim = contextFeatures
    switch self {
    case .v1: return backbone
    case .v2:
      backbone.useLinearProjection = true
      backbone.attentionHeadDim = [5, 10, 20, 20]
      return backbone
    case .xl: break
    }
    backbone.useLinearProjection = true
    backbone.blockOutChannels = [320, 640, 1280]
    backbone.downBlockTypes = [.plain, .crossAttention, .crossAttention]
    backbone.attentionHeadDim = [5, 10, 20]
    backbone.transformerLayersPerBlock = [1, 2, 10]
    backbone.textTime = .init()
    return backbone
  }

  private static func openCLIP(
    width: Int, heads: Int, layers: Int, projection: Int? = nil
  ) -> CLIPTextModel {
    var configuration = CLIPTextModel.Configuration()
    configuration.encoder.hiddenSize = width
    configuration.encoder.intermediateSize = 4 * width
    configuration.encoder.numAttentionHeads = heads
    configuration.encoder.numHiddenLayers = layers
    configuration.encoder.hiddenAct = .gelu
    configuration.projectionDim = projection
    return CLIPTextModel(configuration)
  }
}
