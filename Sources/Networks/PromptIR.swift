import IR
import Tensors

/// PromptIR, Restormer with learned prompts that tell the decoder which degradation it faces.
///
/// Potlapalli, Zamir, Khan, Khan: PromptIR: Prompting for All-in-One Blind Image Restoration,
/// NeurIPS 2023, arXiv 2306.13090. The variant with prompts in the decoder (`decoder=True`).
package struct PromptIR: ImageNetwork, Hashable {
  package static let name = "PromptIR"

  /// The prompt block at one place of the decoder: a few components of `channels` x `side` x
  /// `side`, mixed by what the features say and resized to them.
  package struct Prompt: Hashable, Sendable {
    package var components = 5
    package var channels: Int
    package var side: Int

    package init(components: Int = 5, channels: Int, side: Int) {
      self.components = components
      self.channels = channels
      self.side = side
    }
  }

  package struct Configuration: RestormerConfiguration, Hashable, Sendable {
    package var inputChannels = 3
    package var outputChannels = 3
    package var backbone = RestormerBackbone()
    package var refinementBlocks = 4
    /// After the decoder's second level, its third level, and the latent level.
    package var prompts = [
      Prompt(channels: 64, side: 64), Prompt(channels: 128, side: 32),
      Prompt(channels: 320, side: 16),
    ]

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    restored(image.padded(.reflect, toMultipleOf: sizeMultiple), w) { $1 }
      .cropped(height: image.height, width: image.width)
  }

  package func restored(
    _ padded: Tensor, _ w: Weights, fusing: (Int, Tensor) -> Tensor
  ) -> Tensor {
    let backbone = configuration.backbone
    let (dim, bias) = (backbone.dim, backbone.style.bias)
    declareUnread(w)
    let embedded = fusing(
      0, padded.conv(w.patch_embed.proj, to: dim, kernel: 3, bias: false))

    let (latent, skips) = backbone.encoded(embedded, w, fusing: fusing)
    var x = prompted(latent, prompt: 2, w.prompt3, w.noise_level3)
      .conv(w.reduce_noise_level3, to: 4 * dim, bias: bias)
    x = x.upsampled(w.up4_3).concatenated(with: skips[2])
      .conv(w.reduce_chan_level3, to: 4 * dim, bias: bias)
    x = backbone.blocks(ofLevel: 2, x, w.decoder_level3)
    x = prompted(x, prompt: 1, w.prompt2, w.noise_level2)
      .conv(w.reduce_noise_level2, to: 4 * dim, bias: bias)
    x = x.upsampled(w.up3_2).concatenated(with: skips[1])
      .conv(w.reduce_chan_level2, to: 2 * dim, bias: bias)
    x = backbone.blocks(ofLevel: 1, x, w.decoder_level2)
    x = prompted(x, prompt: 0, w.prompt1, w.noise_level1)
      .conv(w.reduce_noise_level1, to: 2 * dim, bias: bias)
    x = x.upsampled(w.up2_1).concatenated(with: skips[0])
    x = backbone.blocks(ofLevel: 0, x, w.decoder_level1)
    x = backbone.block(ofLevel: 0).repeated(configuration.refinementBlocks, x, w.refinement)

    return x.conv(w.output, to: outputChannels, kernel: 3, bias: bias) + padded
  }

  /// x and its prompt, made to interact by a block.
  private func prompted(
    _ x: Tensor, prompt index: Int, _ w: Weights, _ interaction: Weights
  ) -> Tensor {
    let prompt = configuration.prompts[index].generated(for: x, w)
    let backbone = configuration.backbone
    var block = backbone.block(ofLevel: 2)
    // As many heads everywhere, but windows are those of the level.
    block.window = backbone.localStatistics?.window(atLevel: index + 1)
    return block(x.concatenated(with: prompt), interaction)
  }
}

extension PromptIR.Prompt {
  /// The prompt generation module: (N, `channels`, H, W) for features (N, C, H, W).
  fileprivate func generated(for x: Tensor, _ w: Weights) -> Tensor {
    let shares = x.pooled.linear(w.linear_layer, to: components)
      .reshaped(x.batch, components).softmax
    let parameters = w.prompt_param(1, components, channels, side, side)
    return shares.times(parameters.reshaped(components, channels * side * side))
      .reshaped(x.batch, channels, side, side)
      .resized(.bilinear, height: x.height, width: x.width)
      .conv(w.conv3x3, to: channels, kernel: 3, bias: false)
  }
}

extension PromptIR {
  /// Declares the parameters of layers that the official code makes and never calls: every
  /// checkpoint has them, in sizes that belong to an earlier design.
  private func declareUnread(_ w: Weights) {
    let bias = configuration.backbone.style.bias
    for (level, (prompt, reduced)) in Self.unreadReductions.enumerated() {
      let dim = configuration.backbone.dim << level
      declare(w["chnl_reduce\(level + 1)"], from: prompt, to: reduced, bias: bias)
      declare(w["reduce_noise_channel_\(level + 1)"], from: dim + reduced, to: dim, bias: bias)
    }
  }

  /// Channels that the unread `chnl_reduce` layers take and give, finest level first.
  private static let unreadReductions = [(64, 64), (128, 128), (320, 256)]

  private func declare(_ w: Weights, from channels: Int, to out: Int, bias: Bool) {
    _ = w.weight(out, channels, 1, 1)
    if bias { _ = w.bias(out) }
  }
}
