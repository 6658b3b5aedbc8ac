import IR
import Tensors

/// The denoising U-Net of Stable Diffusion, conditioned on time and text.
///
/// R. Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", CVPR 2022,
/// arXiv 2112.10752; D. Podell et al., "SDXL", 2023, arXiv 2307.01952.
///
/// Operands: `sample` (N, C, H, W) of any size, `timestep`, `encoder_hidden_states` and those that
/// ``UNetBackbone/textTime`` and ``UNetBackbone/imageAttention`` add; optionally a ControlNet's
/// residuals `down_block_res_samples.K` and `mid_block_res_sample`, the former of which
/// ``Configuration/pixelAttention`` needs. Result: `sample` (N, `outChannels`, H, W).
package struct UNet2DConditionModel: Network, Hashable {
  package static let name = "UNet2DConditionModel"

  /// The fields of diffusers' `config.json`.
  package struct Configuration: Hashable, Sendable {
    package enum UpBlockType: String, Sendable {
      case crossAttention = "CrossAttnUpBlock2D"
      case plain = "UpBlock2D"

      var hasCrossAttention: Bool {
        switch self {
        case .crossAttention: true
        case .plain: false
        }
      }

      /// The block of the same level on the way up.
      init(_ type: UNetBackbone.DownBlockType) {
        switch type {
        case .crossAttention: self = .crossAttention
        case .plain: self = .plain
        }
      }
    }

    package var backbone = UNetBackbone()
    /// Coarsest level first.
    package var upBlockTypes: [UpBlockType] = [
      .plain, .crossAttention, .crossAttention, .crossAttention,
    ]
    package var outChannels = 4
    /// Set where the way up attends, layer by layer, to the ControlNet's residual of its skip.
    package var pixelAttention: AddedAttention?
    /// Whether a ControlNet's residuals are added to the maps that they belong to.
    package var addsResiduals = true
    /// Side of the latents that the network was trained on.
    package var sampleSize = 64

    /// Stable Diffusion 1.5.
    package init() {}
  }

  package let configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    if let flaw { return ["sample": trace.refuse(Self.name, [], flaw)] }
    let (backbone, w) = (configuration.backbone, trace.weights)
    let sample = operands.map("sample", channels: backbone.inChannels)
    let condition = backbone.condition(operands, batch: sample.batch, w)

    var x = sample.conv(w.conv_in, to: backbone.blockOutChannels[0], kernel: 3)
    let maps: [Tensor]
    (x, maps) = backbone.contracted(x, condition, w)
    x = controlled(x, by: operands.optional("mid_block_res_sample", rank: 4))
    var skips = maps.enumerated().map { skip($1, number: $0, operands) }
    for step in 0..<backbone.blockOutChannels.count {
      x = expanded(x, &skips, condition, step: step, w.up_blocks[step])
    }
    x = x.groupNorm(w.conv_norm_out, groups: backbone.normNumGroups, epsilon: backbone.normEps)
    return ["sample": x.silu.conv(w.conv_out, to: configuration.outChannels, kernel: 3)]
  }

  /// A map of the way down, and the residual that a ControlNet has for it.
  private struct Skip {
    /// With the residual, where those are added.
    let map: Tensor
    let control: Tensor?
  }

  private func skip(_ map: Tensor, number: Int, _ operands: Operands) -> Skip {
    let name = "down_block_res_samples.\(number)"
    let isNeeded = configuration.pixelAttention != nil
    let control = isNeeded ? operands(name, rank: 4) : operands.optional(name, rank: 4)
    return Skip(map: controlled(map, by: control), control: control)
  }

  private func controlled(_ x: Tensor, by residual: Tensor?) -> Tensor {
    guard configuration.addsResiduals, let residual else { return x }
    return x + residual
  }

  /// One level on the way up, which takes its skips off the end of the list.
  private func expanded(
    _ x: Tensor, _ skips: inout [Skip], _ condition: UNetBackbone.Condition, step: Int,
    _ w: Weights
  ) -> Tensor {
    let backbone = configuration.backbone
    let level = backbone.blockOutChannels.count - 1 - step
    let channels = backbone.blockOutChannels[level]
    var x = x
    for layer in 0...backbone.layersPerBlock {
      let skip = skips.removeLast()
      x = x.concatenated(with: skip.map)
      x = backbone.block(x, to: channels, embedding: condition.embedding, w.resnets[layer])
      let control: (inside: Tensor?, beside: Tensor?) =
        switch configuration.pixelAttention {
        case .inside: (skip.control, nil)
        case .beside: (nil, skip.control)
        case nil: (nil, nil)
        }
      if configuration.upBlockTypes[step].hasCrossAttention {
        x = backbone.attended(x, condition, level: level, layer: layer, control: control.inside, w)
      }
      if let control = control.beside {
        let transformer = backbone.transformer(ofLevel: level)
        x = transformer(x, [CrossAttention(control)], w.pixel_attentions[layer])
      }
    }
    guard let finer = skips.last?.map else { return x }
    return x.resized(.nearest, height: finer.height, width: finer.width)
      .conv(w.upsamplers[0].conv, to: channels, kernel: 3)
  }

  /// What is wrong with the configuration; nil when the network can be written.
  var flaw: String? {
    let levels = configuration.backbone.blockOutChannels.count
    if let flaw = configuration.backbone.flaw { return flaw }
    guard configuration.upBlockTypes.count == levels else {
      return "up_block_types has not \(levels) levels, as block_out_channels"
    }
    return configuration.outChannels > 0 ? nil : "out_channels is \(configuration.outChannels)"
  }
}
