import IR
import Tensors

/// SCUNet, a U-Net of blocks that are half residual convolution and half attention within windows.
///
/// Zhang, Li, Liang, Cao, Zhang, Tang, Fan, Timofte, Van Gool: Practical Blind Image Denoising via
/// Swin-Conv-UNet and Data Synthesis, 2022, arXiv 2203.13278.
package struct SCUNet: ImageNetwork, Hashable {
  package static let name = "SCUNet"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var dim = 64
    /// Blocks of the three levels down, of the middle and of the three levels up.
    package var blocks = [4, 4, 4, 4, 4, 4, 4]
    /// Channels of a head of the attention.
    package var headChannels = 32
    /// Side of the windows.
    package var window = 8

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let (dim, count) = (configuration.dim, configuration.blocks)
    let head = image.padded(.reflect, toMultipleOf: sizeMultiple)
      .conv(w.m_head[0], to: dim, kernel: 3, bias: false)
    var (x, skips) = (head, [head])
    for level in 0..<3 {
      let w = w["m_down\(level + 1)"]
      x = blocks(x, count[level]) { w[$0] }
        .conv(w[count[level]], to: 2 * x.channels, kernel: 2, stride: 2, bias: false)
      skips.append(x)
    }
    x = blocks(x, count[3]) { w.m_body[$0] }
    for level in (0..<3).reversed() {
      let w = w["m_up\(level + 1)"]
      let larger = (x + skips[level + 1])
        .transposedConv(w[0], to: x.channels / 2, kernel: 2, stride: 2, bias: false)
      x = blocks(larger, count[6 - level]) { w[$0 + 1] }
    }
    return (x + head).conv(w.m_tail[0], to: outputChannels, kernel: 3, bias: false)
      .cropped(height: image.height, width: image.width)
  }

  private func blocks(_ x: Tensor, _ count: Int, _ weights: (Int) -> Weights) -> Tensor {
    (0..<count).reduce(x) { x, position in
      let windows = Windows.swin(side: configuration.window, isShifted: position % 2 == 1)
      return block(x, weights(position), windows)
    }
  }

  /// A swin-conv block (SC).
  private func block(_ x: Tensor, _ w: Weights, _ windows: Windows) -> Tensor {
    let halves = x.conv(w.conv1_1, to: x.channels).split(2)
    let half = halves[0].channels
    let convolved =
      halves[0].conv(w.conv_block[0], to: half, kernel: 3, bias: false).relu
      .conv(w.conv_block[2], to: half, kernel: 3, bias: false) + halves[0]
    let attended = transformer(halves[1], w.trans_block, windows)
    return x + convolved.concatenated(with: attended).conv(w.conv1_2, to: x.channels)
  }

  /// A Swin Transformer block.
  private func transformer(_ x: Tensor, _ w: Weights, _ windows: Windows) -> Tensor {
    let (heads, extents) = (x.channels / configuration.headChannels, windows.tableExtents)
    let parts = x.layerNorm(w.ln1, epsilon: 1e-5)
      .linear(w.msa.embedding_layer, to: 3 * x.channels).split(3)
    let y =
      x
      + parts[0].attending(
        to: parts[1], parts[2], in: windows, heads: heads,
        bias: w.msa.relative_position_params(heads, extents[0], extents[1])
      ).linear(w.msa.linear, to: x.channels)
    return y
      + y.layerNorm(w.ln2, epsilon: 1e-5).linear(w.mlp[0], to: 4 * x.channels).gelu
      .linear(w.mlp[2], to: x.channels)
  }
}
