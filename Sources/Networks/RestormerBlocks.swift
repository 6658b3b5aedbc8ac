import IR
import Tensors

/// What all blocks of one network have in common.
package struct RestormerStyle: Hashable, Sendable {
  package var expansion = Expansion(2.66)
  package var feedForward = FeedForward.gated
  /// Whether channels attend to those most similar alone: DRSformer's top-k sparse attention.
  package var isSparse = false
  /// Whether the convolutions of the blocks, the 1x1 reductions and the output have a bias.
  package var bias = false
  /// Whether LayerNorm centres its operand and has a shift ("WithBias", else "BiasFree").
  package var centersNorm = true

  package init() {}

  package enum FeedForward: Hashable, Sendable {
    /// A depthwise convolution and a gate (GDFN).
    case gated
    /// Two convolutions of single pixels.
    case plain
    /// Depthwise convolutions of two sizes, crossed over (MSFN, DRSformer).
    case mixedScale
  }
}

/// The transformer block of Restormer, which PromptIR, C2F-DFT and others build on.
struct RestormerBlock {
  let heads: Int
  let style: RestormerStyle
  /// Side of the windows that attention is taken over; nil for the whole map.
  var window: Int?
  /// The time of each image (N), of networks that denoise.
  var time: Tensor?
  /// What is added to the queries, (heads, C / heads, 1); see Up-Restorer.
  var query: Query?

  enum Query {
    /// A parameter of each block, `attn.query`.
    case own
    /// The same for several blocks.
    case shared(Tensor)
  }

  /// x (N, C, H, W) to the same shape; `heads` must divide C.
  func callAsFunction(_ x: Tensor, _ w: Weights) -> Tensor {
    let time = time.map { $0.timeEmbedding(x.channels) }
    func timed(_ norm: Tensor) -> Tensor { time.map { norm + $0 } ?? norm }
    let y = x + attention(timed(norm(x, w.norm1)), w.attn)
    return y + feedForward(timed(norm(y, w.norm2)), w.ffn)
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
    let c = x.channels
    let qkv = x.conv(w.qkv, to: 3 * c, bias: style.bias)
      .conv(w.qkv_dwconv, to: 3 * c, kernel: 3, groups: 3 * c, bias: style.bias)
    let temperature = w.temperature(heads, 1, 1)
    let shares = style.isSparse ? (1...4).map { w["attn\($0)"](1) } : []
    let attention = TransposedAttention(heads: heads, query: query(c, w), shares: shares)
    let mixed =
      if let window, window < x.height || window < x.width {
        attention(qkv, temperature: temperature, window: window)
      } else {
        attention(qkv, temperature: temperature)
      }
    return mixed.conv(w.project_out, to: c, bias: style.bias)
  }

  private func query(_ channels: Int, _ w: Weights) -> Tensor? {
    switch query {
    case nil: nil
    case .own: w.query(heads, channels / heads, 1)
    case .shared(let query): query.reshaped(heads, channels / heads, 1)
    }
  }

  func feedForward(_ x: Tensor, _ w: Weights) -> Tensor {
    let hidden = style.expansion.hidden(x.channels)
    let width =
      switch style.feedForward {
      case .plain: hidden
      case .gated, .mixedScale: 2 * hidden
      }
    let y = x.conv(w.project_in, to: width, bias: style.bias)
    let mixed =
      switch style.feedForward {
      case .gated: gated(y, w)
      case .plain: y.gelu
      case .mixedScale: scalesMixed(y, w)
      }
    return mixed.conv(w.project_out, to: x.channels, bias: style.bias)
  }

  private func gated(_ x: Tensor, _ w: Weights) -> Tensor {
    let halves = x.conv(
      w.dwconv, to: x.channels, kernel: 3, groups: x.channels, bias: style.bias
    ).split(2)
    return halves[0].gelu * halves[1]
  }

  private func scalesMixed(_ x: Tensor, _ w: Weights) -> Tensor {
    func filtered(_ x: Tensor, _ w: Weights, kernel: Int, groups: Int) -> Tensor {
      x.conv(w, to: groups, kernel: kernel, groups: groups, bias: style.bias).relu
    }
    let fine = filtered(x, w.dwconv3x3, kernel: 3, groups: x.channels).split(2)
    let coarse = filtered(x, w.dwconv5x5, kernel: 5, groups: x.channels).split(2)
    let crossed = zip(fine, coarse).map { $0.concatenated(with: $1) }
    let hidden = x.channels / 2
    return filtered(crossed[0], w.dwconv3x3_1, kernel: 3, groups: hidden)
      .concatenated(with: filtered(crossed[1], w.dwconv5x5_1, kernel: 5, groups: hidden))
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

  /// SiLU of the sines and cosines of times (N): (N, `features`, 1, 1). C2F-DFT has no learned
  /// layers on them.
  fileprivate func timeEmbedding(_ features: Int) -> Tensor {
    let op = TimestepEmbedding(dimension: features, cosineFirst: false, frequencyShift: 1)
    return reshaped(shape[0], 1).apply(.timestepEmbedding(op)).silu
  }
}
