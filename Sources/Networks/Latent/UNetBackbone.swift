import IR
import Tensors

/// The contracting half of a latent U-Net and its middle: what a ControlNet is a copy of.
///
/// The properties are fields of diffusers' `config.json`; lists go from the finest level to the
/// coarsest.
package struct UNetBackbone: Hashable, Sendable {
  package enum DownBlockType: String, Sendable {
    case crossAttention = "CrossAttnDownBlock2D"
    case plain = "DownBlock2D"

    var hasCrossAttention: Bool {
      switch self {
      case .crossAttention: true
      case .plain: false
      }
    }
  }

  package var inChannels = 4
  package var blockOutChannels = [320, 640, 1280, 1280]
  package var downBlockTypes: [DownBlockType] = [
    .crossAttention, .crossAttention, .crossAttention, .plain,
  ]
  package var layersPerBlock = 2
  /// Numbers of attention heads: what the field has always meant, against its name.
  package var attentionHeadDim = [8, 8, 8, 8]
  package var transformerLayersPerBlock = [1, 1, 1, 1]
  /// Features of a token of the context.
  package var crossAttentionDim = 768
  package var useLinearProjection = false
  package var normNumGroups = 32
  package var normEps: Float = 1e-5
  package var flipSinToCos = true
  package var freqShift: Float = 0
  /// Set where the network also takes text and sizes (`addition_embed_type: text_time`).
  package var textTime: TextTime?
  /// Set where all transformers attend to an image's tokens too.
  package var imageAttention: ImageAttention?

  /// Stable Diffusion 1.5.
  package init() {}

  /// Attention to an image's tokens.
  package struct ImageAttention: Hashable, Sendable {
    package var place = AddedAttention.inside
    /// Features of a token.
    package var crossAttentionDim = 768

    /// As in MRIR.
    package init() {}
  }

  /// The networks' embedding of a pooled text and of image sizes.
  package struct TextTime: Hashable, Sendable {
    package var additionTimeEmbedDim = 256
    package var projectionClassEmbeddingsInputDim = 2816

    /// Stable Diffusion XL.
    package init() {}
  }

  /// What the first convolution made of the sample, contracted: the result of the middle, and every
  /// map on the way there, finest first.
  func contracted(
    _ sample: Tensor, _ condition: Condition, _ w: Weights
  ) -> (middle: Tensor, skips: [Tensor]) {
    var x = sample
    var skips = [x]
    for (level, channels) in blockOutChannels.enumerated() {
      let w = w.down_blocks[level]
      for layer in 0..<layersPerBlock {
        x = block(x, to: channels, embedding: condition.embedding, w.resnets[layer])
        if downBlockTypes[level].hasCrossAttention {
          x = attended(x, condition, level: level, layer: layer, w)
        }
        skips.append(x)
      }
      if level < blockOutChannels.count - 1 {
        x = x.conv(w.downsamplers[0].conv, to: channels, kernel: 3, stride: 2, padding: 1)
        skips.append(x)
      }
    }
    return (middle(x, condition, w.mid_block), skips)
  }

  private func middle(_ x: Tensor, _ condition: Condition, _ w: Weights) -> Tensor {
    var h = block(x, to: x.channels, embedding: condition.embedding, w.resnets[0])
    h = attended(h, condition, level: blockOutChannels.count - 1, layer: 0, w)
    return block(h, to: x.channels, embedding: condition.embedding, w.resnets[1])
  }

  var block: ResidualBlock { ResidualBlock(groups: normNumGroups, epsilon: normEps) }

  /// What becomes of x by the attention of a block's layer.
  /// - Parameter control: a map that the layers attend to after the text.
  func attended(
    _ x: Tensor, _ condition: Condition, level: Int, layer: Int, control: Tensor? = nil,
    _ w: Weights
  ) -> Tensor {
    let transformer = transformer(ofLevel: level)
    var contexts = condition.contexts
    if let control {
      let projection = w.attentions[layer].proj_in_plus
      contexts.append(.control(control.conv(projection, to: control.channels)))
    }
    let h = transformer(x, contexts, w.attentions[layer])
    guard let image = condition.imageBeside else { return h }
    return transformer(h, [CrossAttention(image)], w.image_attentions[layer])
  }

  func transformer(ofLevel level: Int) -> SpatialTransformer {
    SpatialTransformer(
      heads: attentionHeadDim[level], layers: transformerLayersPerBlock[level],
      groups: normNumGroups, usesLinearProjection: useLinearProjection)
  }
}
