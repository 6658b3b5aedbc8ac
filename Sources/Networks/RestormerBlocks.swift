import IR
import Tensors

/// What all blocks of one network have in common.
package struct RestormerStyle: Hashable, Sendable {
  package var expansion = Expansion(2.66)
  /// Whether the convolutions of the blocks, the 1x1 reductions and the output have a bias.
  package var bias = false
  /// Whether LayerNorm centres its operand and has a shift ("WithBias", else "BiasFree").
  package var centersNorm = true

  package init() {}
}

/// The transformer block of Restormer, which PromptIR and others build on.
struct RestormerBlock {

  let heads: Int
  let style: RestormerStyle

  /// x (N, C, H, W) to the same shape; `heads` must divide C.
  func callAsFunction(_ x: Tensor, _ w: Weights) -> Tensor {
    let y = x + attention(norm(x, w.norm1), w.attn)
    return y + feedForward(norm(y, w.norm2), w.ffn)
  }

  /// `count` blocks in a row, `w[0]`, `w[1]`, ...
  func repeated(_ count: Int, _ x: Tensor, _ w: Weights) -> Tensor {
    (0..<count).reduce(x) { self($0, w[$1]) }
  }

  func norm(_ x: Tensor, _ w: Weights) -> Tensor {
    x.layerNorm(w.body, epsilon: 1e-5, bias: style.centersNorm)
  }

  /// Multi-Dconv head transposed attention: the channels of a head attend to each other.
  func attention(_ x: Tensor, _ w: Weights) -> Tensor {
    let (n, c, h, width) = (x.batch, x.channels, x.height, x.width)
    let qkv = x.conv(w.qkv, to: 3 * c, bias: style.bias)
      .conv(w.qkv_dwconv, to: 3 * c, kernel: 3, groups: 3 * c, bias: style.bias)
      .split(3).map { $0.reshaped(n, heads, c / heads, h * width) }
    let similarity = qkv[0].normalized.times(transposed: qkv[1].normalized)
    let mixed = (similarity * w.temperature(heads, 1, 1)).softmax.times(qkv[2])
    return mixed.reshaped(n, c, h, width).conv(w.project_out, to: c, bias: style.bias)
  }

  /// Gated-Dconv feed-forward network.
  func feedForward(_ x: Tensor, _ w: Weights) -> Tensor {
    let hidden = style.expansion.hidden(x.channels)
    let halves = x.conv(w.project_in, to: 2 * hidden, bias: style.bias)
      .conv(w.dwconv, to: 2 * hidden, kernel: 3, groups: 2 * hidden, bias: style.bias)
      .split(2)
    return (halves[0].gelu * halves[1]).conv(w.project_out, to: x.channels, bias: style.bias)
  }
}

extension Tensor {
  /// Half the size, twice the channels.
  func downsampled(_ w: Weights) -> Tensor {
    conv(w.body[0], to: channels / 2, kernel: 3, bias: false).pixelUnshuffled(2)
  }

  /// Twice the size, half the channels.
  func upsampled(_ w: Weights) -> Tensor {
    conv(w.body[0], to: 2 * channels, kernel: 3, bias: false).pixelShuffled(2)
  }
}
