import IR
import Tensors

/// HAT, SwinIR's blocks with attention between channels beside, and after each group's an
/// attention of windows to larger ones.
///
/// Chen, Wang, Zhou, Qiao, Dong: Activating More Pixels in Image Super-Resolution Transformer, CVPR
/// 2023, arXiv 2205.04437.
package struct HAT: ImageNetwork, Hashable {
  package static let name = "HAT"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var dim = 180
    /// Blocks of each group.
    package var depths = [6, 6, 6, 6, 6, 6]
    /// Heads of the attention in each group.
    package var heads = [6, 6, 6, 6, 6, 6]
    /// Side of the windows.
    package var window = 16
    /// Pixels by which the larger windows stick out on every side.
    package var overlap = 4
    /// Channels between the two layers of a block's perceptron.
    package var hidden = 360
    /// Channels between the convolutions beside the attention.
    package var compressed = 60
    /// Channels between the layers of the attention between channels.
    package var squeezed = 6
    package var hasQKVBias = true
    package var hasPatchNorm = true
    package var reconstruction = Reconstruction.shuffled(features: 64, factors: [2, 2])

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let mean = meanColour(channels: inputChannels)
    let shallow = image.padded(.reflect, toMultipleOf: sizeMultiple).centred(on: mean, times: 1)
      .conv(w.conv_first, to: configuration.dim, kernel: 3)
    let embedded =
      configuration.hasPatchNorm
      ? shallow.layerNorm(w.patch_embed.norm, epsilon: 1e-5) : shallow
    let deep = configuration.depths.indices.reduce(embedded) { group($0, w.layers[$1], at: $1) }
      .layerNorm(w.norm, epsilon: 1e-5)
      .conv(w.conv_after_body, to: configuration.dim, kernel: 3)
    return configuration.reconstruction(shallow + deep, w, to: outputChannels)
      .restored(to: mean, from: 1)
      .cropped(height: scale * image.height, width: scale * image.width)
  }

  /// A residual of blocks (RHAG).
  private func group(_ x: Tensor, _ w: Weights, at index: Int) -> Tensor {
    let heads = configuration.heads[index]
    let blocks = (0..<configuration.depths[index]).reduce(x) { x, position in
      let windows = Windows.swin(side: configuration.window, isShifted: position % 2 == 1)
      return hybrid(x, w.residual_group.blocks[position], heads: heads, windows)
    }
    return x
      + overlapping(blocks, w.residual_group.overlap_attn, heads: heads)
      .conv(w.conv, to: x.channels, kernel: 3)
  }

  /// Attention within windows and, faintly, between channels (HAB).
  private func hybrid(_ x: Tensor, _ w: Weights, heads: Int, _ windows: Windows) -> Tensor {
    let normalized = x.layerNorm(w.norm1, epsilon: 1e-5)
    let attended = normalized.swinAttention(
      w.attn, heads: heads, windows: windows, bias: configuration.hasQKVBias)
    let y = x + attended + channelAttention(normalized, w.conv_block.cab) * 0.01
    return y
      + y.layerNorm(w.norm2, epsilon: 1e-5)
      .multilayer(w.mlp, hidden: configuration.hidden)
  }

  /// Two convolutions, whose results are weighed by channel (CAB).
  private func channelAttention(_ x: Tensor, _ w: Weights) -> Tensor {
    let y = x.conv(w[0], to: configuration.compressed, kernel: 3).gelu
      .conv(w[2], to: x.channels, kernel: 3)
    let layers = w[3].attention
    return y
      * y.pooled.conv(layers[1], to: configuration.squeezed).relu
      .conv(layers[3], to: x.channels).sigmoid
  }

  /// Attention of windows to larger ones around them (OCAB).
  private func overlapping(_ x: Tensor, _ w: Weights, heads: Int) -> Tensor {
    let windows = Windows(
      height: configuration.window, width: configuration.window,
      .overlapping(by: configuration.overlap), offset: .keyMinusQuery)
    let parts = x.layerNorm(w.norm1, epsilon: 1e-5)
      .linear(w.qkv, to: 3 * x.channels, bias: configuration.hasQKVBias).split(3)
    let y =
      x
      + parts[0].attending(
        to: parts[1], parts[2], in: windows, heads: heads, bias: offsets(w, windows, heads: heads)
      ).linear(w.proj, to: x.channels)
    return y
      + y.layerNorm(w.norm2, epsilon: 1e-5)
      .multilayer(w.mlp, hidden: configuration.hidden)
  }

  /// The table of an overlapping window's bias. The official index of an offset lacks a summand,
  /// so that it counts from somewhere within the table, and from the end where it is negative.
  private func offsets(_ w: Weights, _ windows: Windows, heads: Int) -> Tensor {
    let (side, keys) = (windows.tableExtents[0], windows.keyExtents[0])
    let count = side * side
    let table = w.relative_position_bias_table(count, heads)
    let first = (count - (keys - 2) * (side + 1) % count) % count
    let ordered =
      first == 0
      ? table
      : table.sliced(axis: 0, from: first, count: count - first)
        .apply(
          .concatenation(Concatenation(axis: 0)), [table.sliced(axis: 0, from: 0, count: first)])
    return ordered.transposed(1, 0).reshaped(heads, side, side)
  }
}
