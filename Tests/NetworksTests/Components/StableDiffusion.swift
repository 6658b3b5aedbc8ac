import Networks

/// The configurations of the published networks.
extension UNetBackbone {
  static var stableDiffusion21: UNetBackbone {
    var backbone = UNetBackbone()
    backbone.attentionHeadDim = [5, 10, 20, 20]
    backbone.crossAttentionDim = 1024
    backbone.useLinearProjection = true
    return backbone
  }

  static var stableDiffusionXL: UNetBackbone {
    var backbone = UNetBackbone()
    backbone.blockOutChannels = [320, 640, 1280]
    backbone.downBlockTypes = [.plain, .crossAttention, .crossAttention]
    backbone.attentionHeadDim = [5, 10, 20]
    backbone.transformerLayersPerBlock = [1, 2, 10]
    backbone.crossAttentionDim = 2048
    backbone.useLinearProjection = true
    backbone.textTime = TextTime()
    return backbone
  }
}

extension UNet2DConditionModel {
  static let stableDiffusion15 = UNet2DConditionModel(.init())

  static var instructPix2Pix: UNet2DConditionModel {
    var configuration = Configuration()
    configuration.backbone.inChannels = 8
    return UNet2DConditionModel(configuration)
  }

  static var stableDiffusion21: UNet2DConditionModel {
    var configuration = Configuration()
    configuration.backbone = .stableDiffusion21
    return UNet2DConditionModel(configuration)
  }

  static var stableDiffusionXL: UNet2DConditionModel {
    var configuration = Configuration()
    configuration.backbone = .stableDiffusionXL
    configuration.upBlockTypes = [.crossAttention, .crossAttention, .plain]
    return UNet2DConditionModel(configuration)
  }
}
