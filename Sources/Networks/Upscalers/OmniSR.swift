import IR
import Tensors

/// OmniSR, blocks of attention between pixels and between channels, near ones and far ones in turn.
///
/// Wang, Chen, Ni, Liu, Liu: Omni Aggregation Networks for Lightweight Image Super-Resolution, CVPR
/// 2023, arXiv 2304.10244.
package struct OmniSR: ImageNetwork, Hashable {
  package static let name = "OmniSR"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var features = 64
    package var groups = 5
    /// Blocks of each group.
    package var blocks = 1
    /// Side of the windows.
    package var window = 8
    /// Channels between the layers that weigh channels in a block.
    package var squeezed = 16
    /// Channels of the attention at the end of a group.
    package var spatial = 16
    package var scale = 4
    package var hasBias = true

    package init() {}
  }

  static let heads = 4

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let (features, bias) = (configuration.features, configuration.hasBias)
    let shallow = padded(image).conv(w.input, to: features, kernel: 3, bias: bias)
    let deep = (0..<configuration.groups).reduce(shallow) { group($0, w.residual_layer[$1]) }
      .conv(w.output, to: features, kernel: 3, bias: bias)
    return (deep + shallow)
      .conv(w.up[0], to: outputChannels * scale * scale, kernel: 3, bias: bias).shuffled(scale)
      .cropped(height: scale * image.height, width: scale * image.width)
  }

  /// With zeros up to whole windows, and to the least that a group's attention can be taken of.
  private func padded(_ image: Tensor) -> Tensor {
    let (side, least) = (configuration.window, 15)
    func missing(_ extent: Int) -> Int {
      (max(extent, least) + side - 1) / side * side - extent
    }
    let edges = Edges(bottom: missing(image.height), right: missing(image.width))
    return edges == Edges() ? image : image.padded(.zero, edges)
  }

  /// A residual of blocks, weighed by pixel (OSAG).
  private func group(_ x: Tensor, _ w: Weights) -> Tensor {
    let blocks = configuration.blocks
    let y =
      x
      + (0..<blocks).reduce(x) { block($0, w.residual_layer[$1].layer) }
      .conv(w.residual_layer[blocks], to: x.channels, bias: configuration.hasBias)
    return y * spatialAttention(y, w.esa)
  }

  /// Convolution, then attention in blocks, then on grids (OSA).
  private func block(_ x: Tensor, _ w: Weights) -> Tensor {
    var y = x + convolved(x, w[0].fn)
    y = y + pixelAttention(y.layerNorm(w[2].norm, epsilon: 1e-5), w[2].fn, .blocks)
    y = y + feedForward(y, w[4])
    y = y + channelAttention(y, w[5], onGrid: false)
    y = y + feedForward(y, w[6])
    y = y + pixelAttention(y.layerNorm(w[8].norm, epsilon: 1e-5), w[8].fn, .grid)
    y = y + feedForward(y, w[10])
    y = y + channelAttention(y, w[11], onGrid: true)
    return y + feedForward(y, w[12])
  }

  /// A local convolution block (LCB).
  private func convolved(_ x: Tensor, _ w: Weights) -> Tensor {
    let y = x.conv(w[0], to: x.channels).gelu
      .conv(w[2], to: x.channels, kernel: 3, groups: x.channels).gelu
    let gains = y.pooled.linear(w[4].gate[1], to: configuration.squeezed, bias: false).silu
      .linear(w[4].gate[3], to: x.channels, bias: false).sigmoid
    return (y * gains).conv(w[5], to: x.channels)
  }

  /// Attention between pixels.
  private func pixelAttention(
    _ x: Tensor, _ w: Weights, _ arrangement: Windows.Arrangement
  ) -> Tensor {
    let (side, heads) = (configuration.window, Self.heads)
    let windows = Windows(height: side, width: side, arrangement)
    let parts = x.linear(w.to_qkv, to: 3 * x.channels, bias: false).split(3)
    let table = w.rel_pos_bias.weight.offsets(of: windows, heads: heads)
    return parts[0].attending(to: parts[1], parts[2], in: windows, heads: heads, bias: table)
      .linear(w.to_out[0], to: x.channels, bias: false)
  }

  /// Attention between channels, over the pixels of a window or those at one place in all windows.
  private func channelAttention(_ x: Tensor, _ w: Weights, onGrid: Bool) -> Tensor {
    let qkv = x.layerNorm(w.norm, epsilon: 1e-6)
      .conv(w.fn.qkv, to: 3 * x.channels, bias: false)
      .conv(w.fn.qkv_dwconv, to: 3 * x.channels, kernel: 3, groups: 3 * x.channels, bias: false)
    let side = configuration.window
    let attention = TransposedAttention(heads: Self.heads)
    return attention(
      qkv.cut(side, onGrid: onGrid), temperature: w.fn.temperature(Self.heads, 1, 1)
    ).joined(as: x, side, onGrid: onGrid).conv(w.fn.project_out, to: x.channels, bias: false)
  }

  /// A gated feed-forward network (GCFN).
  private func feedForward(_ x: Tensor, _ w: Weights) -> Tensor {
    let parts = x.layerNorm(w.norm, epsilon: 1e-6)
      .conv(w.fn.project_in, to: 2 * x.channels, bias: false)
      .conv(w.fn.dwconv, to: 2 * x.channels, kernel: 3, groups: 2 * x.channels, bias: false)
      .split(2)
    return (parts[0].gelu * parts[1]).conv(w.fn.project_out, to: x.channels, bias: false)
  }

  /// Enhanced spatial attention (ESA).
  private func spatialAttention(_ x: Tensor, _ w: Weights) -> Tensor {
    let channels = configuration.spatial
    let narrow = x.conv(w.conv1, to: channels)
    let wide = narrow.conv(w.conv2, to: channels, kernel: 3, stride: 2)
      .maxPooled(side: 7, stride: 3).conv(w.conv3, to: channels, kernel: 3)
      .resized(.bilinear, height: x.height, width: x.width)
    return (wide + narrow.conv(w.conv_f, to: channels)).conv(w.conv4, to: x.channels).sigmoid
  }
}

extension Tensor {
  /// The windows of `side` x `side` pixels as images of their own, or `onGrid` the pixels that have
  /// one place in all windows.
  fileprivate func cut(_ side: Int, onGrid: Bool) -> Tensor {
    let (rows, columns) = (height / side, width / side)
    let pixels = reshaped(batch, channels, rows, side, columns, side)
    return onGrid
      ? pixels.transposed(0, 3, 5, 1, 2, 4).reshaped(batch * side * side, channels, rows, columns)
      : pixels.transposed(0, 2, 4, 1, 3, 5).reshaped(batch * rows * columns, channels, side, side)
  }

  /// The inverse of ``cut(_:onGrid:)`` for maps of the size of `whole`.
  fileprivate func joined(as whole: Tensor, _ side: Int, onGrid: Bool) -> Tensor {
    let (rows, columns) = (whole.height / side, whole.width / side)
    let pixels =
      onGrid
      ? reshaped(whole.batch, side, side, channels, rows, columns).transposed(0, 3, 4, 1, 5, 2)
      : reshaped(whole.batch, rows, columns, channels, side, side).transposed(0, 3, 1, 4, 2, 5)
    return pixels.reshaped(whole.batch, channels, whole.height, whole.width)
  }
}
