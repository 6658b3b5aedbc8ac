import IR
import Tensors

/// The variational autoencoder between images and the latents of Stable Diffusion.
///
/// R. Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", CVPR 2022,
/// arXiv 2112.10752, section 3.1; P. Esser et al., "Taming Transformers", CVPR 2021, table 7.
///
/// Either operand may be given alone, or both in one graph: `image` (N, 3, H, W) in [-1, 1] gives
/// `latent_mean` and `latent_logvar` (N, C, H / 8, W / 8), `latent` gives `decoded`. The scaling of
/// latents is not part of the network: see ``Configuration/scalingFactor``.
package struct AutoencoderKL: Network, Hashable {
  package static let name = "AutoencoderKL"

  /// The fields of diffusers' `config.json`.
  package struct Configuration: Hashable, Sendable {
    package var inChannels = 3
    package var outChannels = 3
    package var latentChannels = 4
    /// Finest level first; from each to the next the size halves.
    package var blockOutChannels = [128, 256, 512, 512]
    package var layersPerBlock = 2
    package var normNumGroups = 32
    package var useQuantConv = true
    package var usePostQuantConv = true
    package var midBlockAddAttention = true
    /// A U-Net sees (latent - ``shiftFactor``) times this.
    package var scalingFactor: Float = 0.18215
    package var shiftFactor: Float = 0
    /// Whether the network overflows in f16 and has to run in f32.
    package var forceUpcast = true

    /// Stable Diffusion 1.5.
    package init() {}
  }

  package let configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    if let flaw = configuration.flaw { return ["decoded": trace.refuse(Self.name, [], flaw)] }
    var results: [(String, Tensor)] = []
    if operands.has("image") || !operands.has("latent") {
      let image = operands.map("image", channels: configuration.inChannels)
      let moments = encoded(image, trace.weights).split(2)
      results += [("latent_mean", moments[0]), ("latent_logvar", moments[1].clampedLogarithm)]
    }
    if operands.has("latent") {
      let latent = operands.map("latent", channels: configuration.latentChannels)
      results.append(("decoded", decoded(latent, trace.weights)))
    }
    return Results(results)
  }

  /// The mean and the logarithm of the variance of an image's latent, one after the other.
  private func encoded(_ image: Tensor, _ w: Weights) -> Tensor {
    let moments = 2 * configuration.latentChannels
    let x = contracted(image, w.encoder).conv(w.encoder.conv_out, to: moments, kernel: 3)
    return configuration.useQuantConv ? x.conv(w.quant_conv, to: moments) : x
  }

  private func contracted(_ image: Tensor, _ w: Weights) -> Tensor {
    let widths = configuration.blockOutChannels
    var x = image.conv(w.conv_in, to: widths[0], kernel: 3)
    for (level, channels) in widths.enumerated() {
      let w = w.down_blocks[level]
      x = blocks(configuration.layersPerBlock, x, to: channels, w.resnets)
      if level < widths.count - 1 {
        x = x.padded(.zero, Edges(bottom: 1, right: 1))
          .conv(w.downsamplers[0].conv, to: channels, kernel: 3, stride: 2)
      }
    }
    return normalized(middle(x, w.mid_block), w.conv_norm_out).silu
  }

  private func decoded(_ latent: Tensor, _ w: Weights) -> Tensor {
    let widths = Array(configuration.blockOutChannels.reversed())
    var x =
      configuration.usePostQuantConv
      ? latent.conv(w.post_quant_conv, to: latent.channels) : latent
    x = middle(x.conv(w.decoder.conv_in, to: widths[0], kernel: 3), w.decoder.mid_block)
    for (step, channels) in widths.enumerated() {
      let w = w.decoder.up_blocks[step]
      x = blocks(configuration.layersPerBlock + 1, x, to: channels, w.resnets)
      if step < widths.count - 1 {
        x = x.resized(.nearest, height: 2 * x.height, width: 2 * x.width)
          .conv(w.upsamplers[0].conv, to: channels, kernel: 3)
      }
    }
    return normalized(x, w.decoder.conv_norm_out).silu
      .conv(w.decoder.conv_out, to: configuration.outChannels, kernel: 3)
  }

  private func blocks(_ count: Int, _ x: Tensor, to channels: Int, _ w: Weights) -> Tensor {
    (0..<count).reduce(x) { block($0, to: channels, w[$1]) }
  }

  private func middle(_ x: Tensor, _ w: Weights) -> Tensor {
    var h = block(x, to: x.channels, w.resnets[0])
    if configuration.midBlockAddAttention {
      let w = w.attentions[0]
      let normed = normalized(h, w.group_norm)
      h = attention(normed, to: normed, heads: 1, bias: true, w) + h
    }
    return block(h, to: x.channels, w.resnets[1])
  }

  private var block: ResidualBlock {
    ResidualBlock(groups: configuration.normNumGroups, epsilon: 1e-6)
  }

  private func normalized(_ x: Tensor, _ w: Weights) -> Tensor {
    x.groupNorm(w, groups: configuration.normNumGroups, epsilon: 1e-6)
  }
}

extension Tensor {
  /// A log variance held between -30 and 20.
  fileprivate var clampedLogarithm: Tensor {
    let aboveLeast = (self + 30).relu
    return (aboveLeast * -1 + 50).relu * -1 + 20
  }
}
