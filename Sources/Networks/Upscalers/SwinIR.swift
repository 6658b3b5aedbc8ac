import IR
import Tensors

/// SwinIR, groups of blocks of attention within windows.
///
/// Liang, Cao, Sun, Zhang, Van Gool, Timofte: SwinIR: Image Restoration Using Swin Transformer,
/// ICCV Workshops 2021, arXiv 2108.10257.
package struct SwinIR: ImageNetwork, Hashable {
  package static let name = "SwinIR"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var dim = 180
    /// Blocks of each group.
    package var depths = [6, 6, 6, 6, 6, 6]
    /// Heads of the attention in each group.
    package var heads = [6, 6, 6, 6, 6, 6]
    /// Side of the windows.
    package var window = 8
    /// Channels between the two layers of a block's perceptron.
    package var hidden = 360
    package var hasQKVBias = true
    /// Whether the first features are normalized.
    package var hasPatchNorm = true
    package var junction = Junction.single
    package var reconstruction = Reconstruction.shuffled(features: 64, factors: [2, 2])
    /// The side of the squares of pixels that become channels at the beginning.
    package var unshuffling = 1

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  /// Pixels of the networks for JPEG, alone in their windows of 7, go up to 255.
  private var range: Float { configuration.window == 7 ? 255 : 1 }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let mean = meanColour(channels: inputChannels)
    let unshuffling = configuration.unshuffling
    let centred = image.padded(.reflect, toMultipleOf: sizeMultiple)
      .centred(on: mean, times: range)
    let shallow = centred.unshuffled(unshuffling)
      .conv(unshuffling > 1 ? w.conv_first[1] : w.conv_first, to: configuration.dim, kernel: 3)
    let deep = configuration.junction(features(of: shallow, w), w.conv_after_body)
    let made = configuration.reconstruction(shallow + deep, w, to: outputChannels)
    return (configuration.reconstruction == .plain ? centred + made : made)
      .restored(to: mean, from: range)
      .cropped(height: scale * image.height, width: scale * image.width)
  }

  private func features(of shallow: Tensor, _ w: Weights) -> Tensor {
    let embedded =
      configuration.hasPatchNorm
      ? shallow.layerNorm(w.patch_embed.norm, epsilon: 1e-5) : shallow
    return configuration.depths.indices.reduce(embedded) { group($0, w.layers[$1], at: $1) }
      .layerNorm(w.norm, epsilon: 1e-5)
  }

  /// A residual of blocks, every second of which has shifted windows (RSTB).
  private func group(_ x: Tensor, _ w: Weights, at index: Int) -> Tensor {
    let blocks = (0..<configuration.depths[index]).reduce(x) { x, position in
      let windows = Windows.swin(side: configuration.window, isShifted: position % 2 == 1)
      return block(
        x, w.residual_group.blocks[position], heads: configuration.heads[index], windows)
    }
    return x + configuration.junction(blocks, w.conv)
  }

  /// A Swin Transformer layer (STL).
  private func block(_ x: Tensor, _ w: Weights, heads: Int, _ windows: Windows) -> Tensor {
    let y =
      x
      + x.layerNorm(w.norm1, epsilon: 1e-5)
      .swinAttention(w.attn, heads: heads, windows: windows, bias: configuration.hasQKVBias)
    return y
      + y.layerNorm(w.norm2, epsilon: 1e-5)
      .multilayer(w.mlp, hidden: configuration.hidden)
  }
}
