import IR
import Tensors

/// The denoising U-Net of Stable Diffusion, conditioned on time and text.
///
/// R. Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", CVPR 2022,
/// arXiv 2112.10752; D. Podell et al., "SDXL", 2023, arXiv 2307.01952.
///
/// Operands: `sample` (N, C, H, W) of any size, `timestep`, `encoder_hidden_states` and those that
/// ``UNetBackbone/textTime`` adds; optionally a ControlNet's residuals `down_block_res_samples.K`
/// and `mid_block_res_sample`. Result: `sample` (N, `outChannels`, H, W).
package struct UNet2DConditionModel: Network, Hashable {
  package static let name = "UNet2DConditionModel"

  /// The fields of diffusers' `config.json`.
  package struct Configuration: Hashable, Sendable {
    package enum UpBlockType: String, Sendable {
      case crossAttention = "CrossAttnUpBlock2D"
      case plain = "UpBlock2D"
    }

    package var backbone = UNetBackbone()
    /// Coarsest level first.
    package var upBlockTypes: [UpBlockType] = [
      .plain, .crossAttention, .crossAttention, .crossAttention,
    ]
    package var outChannels = 4
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
    var skips: [Tensor]
    (x, skips) = backbone.contracted(x, condition, w)
    (x, skips) = controlled(x, skips, operands)
    for step in 0..<backbone.blockOutChannels.count {
      x = expanded(x, &skips, condition, step: step, w.up_blocks[step])
    }
    x = x.groupNorm(w.conv_norm_out, groups: backbone.normNumGroups, epsilon: backbone.normEps)
    return ["sample": x.silu.conv(w.conv_out, to: configuration.outChannels, kernel: 3)]
  }

  /// The middle and the skips, each with the residual that a ControlNet has for it.
  private func controlled(
    _ middle: Tensor, _ skips: [Tensor], _ operands: Operands
  ) -> (Tensor, [Tensor]) {
    func controlled(_ x: Tensor, _ name: String) -> Tensor {
      operands.optional(name, rank: 4).map { x + $0 } ?? x
    }
    return (
      controlled(middle, "mid_block_res_sample"),
      skips.enumerated().map { controlled($1, "down_block_res_samples.\($0)") }
    )
  }

  /// One level on the way up, which takes its skips off the end of the list.
  private func expanded(
    _ x: Tensor, _ skips: inout [Tensor], _ condition: UNetBackbone.Condition, step: Int,
    _ w: Weights
  ) -> Tensor {
    let backbone = configuration.backbone
    let level = backbone.blockOutChannels.count - 1 - step
    let channels = backbone.blockOutChannels[level]
    var x = x
    for layer in 0...backbone.layersPerBlock {
      x = x.concatenated(with: skips.removeLast())
      x = backbone.block(x, to: channels, embedding: condition.embedding, w.resnets[layer])
      if configuration.upBlockTypes[step] == .crossAttention {
        x = backbone.transformer(ofLevel: level)(
          x, context: condition.context, w.attentions[layer])
      }
    }
    guard let finer = skips.last else { return x }
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

extension UNet2DConditionModel {
  package var inputChannels: Int { configuration.backbone.inChannels }
  package var outputChannels: Int { configuration.outChannels }
  package var sizeMultiple: Int { 1 }
  /// Group normalization and attention read the whole map.
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    configuration.backbone.hyperparameters + [
      Hyperparameter("out_channels", .integer(outputChannels)),
      Hyperparameter("sample_size", .integer(configuration.sampleSize)),
      Hyperparameter(
        "up_block_types", .text(configuration.upBlockTypes.map(\.rawValue).joined(separator: " "))),
    ]
  }

  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    let sample = ["sample": Shape([batch, inputChannels, height, width])]
    return sample.merging(configuration.backbone.conditionShapes(batch: batch)) { $1 }
  }
}
