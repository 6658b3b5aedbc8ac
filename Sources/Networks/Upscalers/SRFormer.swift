import IR
import Tensors

/// SRFormer, SwinIR with large windows whose keys are squares of pixels with a quarter of the
/// channels each.
///
/// Zhou, Li, Guo, Bai, Cheng, Hou: SRFormer: Permuted Self-Attention for Single Image
/// Super-Resolution, ICCV 2023, arXiv 2303.09735.
package struct SRFormer: ImageNetwork, Hashable {
  package static let name = "SRFormer"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var dim = 180
    /// Blocks of each group.
    package var depths = [6, 6, 6, 6, 6, 6]
    /// Heads of the attention in each group.
    package var heads = [6, 6, 6, 6, 6, 6]
    /// Side of the windows: even.
    package var window = 24
    /// Channels between the two layers of a block's perceptron.
    package var hidden = 360
    /// Side of the convolution between them.
    package var kernel = 5
    package var hasQKVBias = true
    package var hasPatchNorm = true
    package var junction = Junction.single
    package var reconstruction = Reconstruction.shuffled(features: 64, factors: [2, 2])

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let mean = meanColour(channels: inputChannels)
    let centred = image.padded(.reflect, toMultipleOf: sizeMultiple).centred(on: mean, times: 1)
    let shallow = centred.conv(w.conv_first, to: configuration.dim, kernel: 3)
    let embedded =
      configuration.hasPatchNorm
      ? shallow.layerNorm(w.patch_embed.norm, epsilon: 1e-5) : shallow
    let deep = configuration.depths.indices.reduce(embedded) { group($0, w.layers[$1], at: $1) }
      .layerNorm(w.norm, epsilon: 1e-5)
    let features = shallow + configuration.junction(deep, w.conv_after_body)
    let made = configuration.reconstruction(features, w, to: outputChannels)
    return (configuration.reconstruction == .plain ? centred + made : made)
      .restored(to: mean, from: 1)
      .cropped(height: scale * image.height, width: scale * image.width)
  }

  /// A residual of blocks, every second of which has shifted windows (PAG).
  private func group(_ x: Tensor, _ w: Weights, at index: Int) -> Tensor {
    let blocks = (0..<configuration.depths[index]).reduce(x) { x, position in
      var windows = Windows.swin(side: configuration.window, isShifted: position % 2 == 1)
      windows.fold = 2
      return block(
        x, w.residual_group.blocks[position], heads: configuration.heads[index], windows)
    }
    return x + configuration.junction(blocks, w.conv)
  }

  /// A permuted self-attention block (PAB).
  private func block(_ x: Tensor, _ w: Weights, heads: Int, _ windows: Windows) -> Tensor {
    let y = x + permuted(x.layerNorm(w.norm1, epsilon: 1e-5), w.attn, heads: heads, windows)
    let hidden = y.layerNorm(w.norm2, epsilon: 1e-5)
      .linear(w.mlp.fc1, to: configuration.hidden).gelu
    let convolved = hidden.conv(
      w.mlp.dwconv.depthwise_conv[0], to: hidden.channels, kernel: configuration.kernel,
      groups: hidden.channels
    ).gelu
    return y + (hidden + convolved).linear(w.mlp.fc2, to: y.channels)
  }

  /// Attention to squares of pixels (PSA).
  private func permuted(_ x: Tensor, _ w: Weights, heads: Int, _ windows: Windows) -> Tensor {
    let bias = configuration.hasQKVBias
    let keys = x.linear(w.kv, to: x.channels / 4 * 2, bias: bias).split(2)
    return x.linear(w.q, to: x.channels, bias: bias)
      .attending(
        to: keys[0], keys[1], in: windows, heads: heads,
        bias: w.relative_position_bias_table.offsets(of: windows, heads: heads)
      ).linear(w.proj, to: x.channels)
  }
}
