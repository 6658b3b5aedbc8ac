import IR
import Tensors

/// Up-Restorer's network: C2F-DFT with prompts that a physical model upgrades, and with learned
/// queries.
///
/// Up-Restorer: When Unrolling Meets Prompts for Unified Image Restoration, AAAI 2025. There is no
/// official code, and the paper leaves much open: every choice that is not the paper's is a field
/// of the configuration, and the parameters are as many as the paper's Table 5 counts.
package struct UpRestorer: DenoisingNetwork, Hashable {
  package static let name = "Up-Restorer"

  package struct Configuration: RestormerConfiguration, Hashable, Sendable {
    /// The degraded image, then the noisy one.
    package var inputChannels = 6
    package var outputChannels = 3
    package var backbone = RestormerBackbone.plain
    /// After the decoder's second level, its third level, and the latent level.
    package var prompts = [Prompt(side: 32), Prompt(side: 16), Prompt(side: 8)]
    package var upgrade = Upgrade()
    package var queries = Queries.generated(components: 5)
    /// Steps of the sampler. The paper does not say; C2F-DFT's published files have 3.
    package var samplingSteps = 3

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package var samplingSteps: Int { configuration.samplingSteps }

  package func callAsFunction(_ image: Tensor, time: Tensor, _ w: Weights) -> Tensor {
    estimate(image, time: time, w).noise
  }

  /// The noise, and the transmission t of the finest prompt (figure 4): (N, 1, H / 2, W / 2) in
  /// 0...1 of an image padded to whole multiples of 8.
  package func estimate(
    _ image: Tensor, time: Tensor, _ w: Weights
  ) -> (noise: Tensor, transmission: Tensor) {
    let backbone = configuration.backbone
    let bias = backbone.style.bias
    let padded = image.padded(.reflect, toMultipleOf: sizeMultiple)
    let embedded = padded.conv(w.patch_embed.proj, to: backbone.dim, kernel: 3, bias: false)
    let own: RestormerBlock.Query? =
      switch configuration.queries {
      case .none, .generated: nil
      case .perBlock: .own
      }

    let (latent, skips) = backbone.encoded(embedded, w, time: time, query: own)
    var x = prompted(latent, observed: skips[3], prompt: 2, w.prompt3).features
    x = x.upsampled(w.up4_3).concatenated(with: skips[2])
      .conv(w.reduce_chan_level3, to: 4 * backbone.dim, bias: bias)
    x = decoded(2, x, time, w.decoder_level3, w.query3)
    x = prompted(x, observed: skips[2], prompt: 1, w.prompt2).features
    x = x.upsampled(w.up3_2).concatenated(with: skips[1])
      .conv(w.reduce_chan_level2, to: 2 * backbone.dim, bias: bias)
    x = decoded(1, x, time, w.decoder_level2, w.query2)
    let finest = prompted(x, observed: skips[1], prompt: 0, w.prompt1)
    x = finest.features.upsampled(w.up2_1).concatenated(with: skips[0])
    x = decoded(0, x, time, w.decoder_level1, w.query1)

    let noise = x.conv(w.output, to: outputChannels, kernel: 3, bias: bias)
    let output = (noise + padded.lastChannels(outputChannels))
      .cropped(height: image.height, width: image.width)
    return (output, finest.transmission)
  }

  /// A level of the decoder with its queries.
  private func decoded(
    _ level: Int, _ x: Tensor, _ time: Tensor, _ w: Weights, _ query: Weights
  ) -> Tensor {
    let queries: RestormerBlock.Query? =
      switch configuration.queries {
      case .none: nil
      case .perBlock: .own
      case .generated(let components): .shared(generated(components, x.channels, query))
      }
    return configuration.backbone.blocks(ofLevel: level, x, w, time: time, query: queries)
  }

  /// The queries of a level, (1, C, 1, 1): the mean of learned components, normalized, through a
  /// 3x3 convolution that sees it on every pixel.
  private func generated(_ components: Int, _ channels: Int, _ w: Weights) -> Tensor {
    w.components(components, channels).reshaped(components, channels, 1, 1)
      .apply(.mean(Mean(axes: [0])))
      .layerNorm(w.norm, epsilon: 1e-5)
      .padded(.replicate, .all(1))
      .conv(w.conv3x3, to: channels, kernel: 3, padding: 0, bias: false)
  }

  /// Features x with what their upgraded prompt says of them, and its transmission.
  /// - Parameter observed: the encoder's features of the level, as many as x's.
  private func prompted(
    _ x: Tensor, observed: Tensor, prompt index: Int, _ w: Weights
  ) -> (features: Tensor, transmission: Tensor) {
    let upgrade = configuration.upgrade
    let prompt = configuration.prompts[index].generated(for: x, w)
    let transmission = upgrade.transmission(of: x, w)
    let upgraded = upgrade(
      prompt, observed: upgrade.observesEncoder ? observed : x, score: x,
      transmission: transmission, w, mapSide: configuration.prompts[index].mapSide)
    let fused = upgraded.concatenated(with: x)
      .conv(w.fuse[0], to: x.channels, bias: false)
      .conv(w.fuse[1], to: x.channels, kernel: 3)
    return (upgrade.isResidual ? x + fused : fused, transmission)
  }
}
