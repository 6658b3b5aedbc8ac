import IR
import Tensors

/// Whole blocks of the networks.
package enum BlockCases {
  package static let all: [GraphCase] =
    ([[1, 32, 8, 8], [2, 20, 5, 7]] as [Shape]).map { shape in
      GraphCase("NAFBlock", shape) { x, w in nafBlock(x, w) }
    }
    + ([[1, 48, 6, 6], [2, 20, 5, 7]] as [Shape]).flatMap { shape in
      [
        GraphCase("transposed attention", shape) { x, w in attention(x, w, heads: 2) },
        GraphCase("gated feed-forward", shape) { x, w in feedForward(x, w) },
        GraphCase("Restormer block", shape) { x, w in
          let y = x + attention(x.layerNorm(w.norm1, epsilon: 1e-5), w.attn, heads: 4)
          return y + feedForward(y.layerNorm(w.norm2, epsilon: 1e-5), w.ffn)
        },
      ]
    } + feedForwards + attentions + windowed + latent + [token, unet]

  /// Maps of several tiles whose border is shared, and many channels.
  private static let feedForwards: [GraphCase] =
    ([[1, 90, 9, 18], [2, 36, 17, 5]] as [Shape]).map { shape in
      GraphCase("feed-forward of normalized rows", shape) { x, w in
        x + feedForward(x.layerNorm(w.norm, epsilon: 1e-5, bias: false), w.ffn)
      }
    }

  /// Heads of several panels, of odd widths, and maps of several chunks of pixels.
  private static let attentions: [GraphCase] =
    ([
      ([1, 32, 29, 37], 1), ([2, 80, 3, 5], 1), ([1, 66, 7, 5], 2), ([1, 17, 1, 9], 1),
      ([1, 176, 4, 4], 1), ([1, 256, 3, 3], 4), ([3, 3, 5, 2], 3), ([2, 104, 3, 5], 1),
    ] as [(Shape, Int)]).map {
      shape, heads in
      GraphCase("channel attention of \(heads) heads", shape) { x, w in
        x + attention(x, w, heads: heads)
      }
    }

  /// Projected, with what precedes and follows it in a network; 20 channels are no whole vectors.
  private static let windowed: [GraphCase] =
    ([
      ([1, 32, 29, 37], 1, 16), ([2, 48, 7, 9], 3, 5), ([3, 20, 5, 11], 2, 4),
      ([1, 176, 4, 13], 2, 4), ([2, 16, 40, 3], 4, 24),
    ] as [(Shape, Int, Int)]).map { shape, heads, window in
      GraphCase("windowed attention of \(heads) heads, \(window)", shape) { x, w in
        let c = x.channels
        let qkv = x.conv(w.qkv, to: 3 * c)
          .conv(w.qkv_dwconv, to: 3 * c, kernel: 3, groups: 3 * c, bias: false)
        let similarity = qkv.windowSimilarity(heads: heads, window: window)
        let mixture = (similarity * w.temperature(heads, 1, 1)).softmax
        return x + qkv.mixed(by: mixture, window: window).conv(w.project_out, to: c)
      }
    }

  /// Residual blocks that know the time and a transformer's layer: projections share operands.
  private static let latent: [GraphCase] =
    ([([1, 32, 4, 6], 2), ([2, 48, 5, 7], 3)] as [(Shape, Int)]).map { shape, heads in
      GraphCase("latent block of \(heads) heads", shape) { x, w in
        let c = x.channels
        let time = x.pooled.linear(w.time, to: 2 * c)
        let h = (0..<2).reduce(x) { h, i in
          h.groupNorm(w.norms[i], groups: 4, epsilon: 1e-5).silu
            .conv(w.convs[i], to: c, kernel: 3) + time.silu.linear(w.times[i], to: c, bias: i == 0)
        }
        let normed = h.layerNorm(w.norm1, epsilon: 1e-5)
        let own = h + attention(normed, to: normed, heads: heads, w.attn1)
        let other = own.layerNorm(w.norm2, epsilon: 1e-5)
        return own + attention(other, to: x, heads: heads, w.attn2)
      }
    }

  private static func attention(_ x: Tensor, to y: Tensor, heads: Int, _ w: Weights) -> Tensor {
    let q = x.linear(w.to_q, to: x.channels, bias: false)
    let k = y.linear(w.to_k, to: x.channels)
    let v = y.linear(w.to_v, to: x.channels, bias: false)
    return q.attending(to: k, v, heads: heads).linear(w.to_out, to: x.channels)
  }

  /// Chen et al., Simple Baselines for Image Restoration, 2022, figure 3.
  private static func nafBlock(_ x: Tensor, _ w: Weights) -> Tensor {
    let c = x.channels
    let gated = gate(
      x.layerNorm(w.norm1, epsilon: 1e-6).conv(w.conv1, to: 2 * c)
        .conv(w.conv2, to: 2 * c, kernel: 3, groups: 2 * c))
    let attended = gated * gated.pooled.conv(w.sca[1], to: c)
    let y = x + attended.conv(w.conv3, to: c) * w.beta(1, c, 1, 1)
    let z = gate(y.layerNorm(w.norm2, epsilon: 1e-6).conv(w.conv4, to: 2 * c))
    return y + z.conv(w.conv5, to: c) * w.gamma(1, c, 1, 1)
  }

  /// Zamir et al., Restormer, 2022, figure 2a: attention between channels.
  private static func attention(_ x: Tensor, _ w: Weights, heads: Int) -> Tensor {
    let (n, c, h, width) = (x.batch, x.channels, x.height, x.width)
    let qkv = x.conv(w.qkv, to: 3 * c, bias: false)
      .conv(w.qkv_dwconv, to: 3 * c, kernel: 3, groups: 3 * c, bias: false)
      .split(3).map { $0.reshaped(n, heads, c / heads, h * width) }
    let similarity = qkv[0].normalized.times(transposed: qkv[1].normalized)
    let mixed = (similarity * w.temperature(1, heads, 1, 1)).softmax.times(qkv[2])
    return mixed.reshaped(n, c, h, width).conv(w.project_out, to: c, bias: false)
  }

  /// Restormer, figure 2b; 48 channels widen to 127, a prime.
  private static func feedForward(_ x: Tensor, _ w: Weights) -> Tensor {
    let hidden = x.channels * 266 / 100
    let parts = x.conv(w.project_in, to: 2 * hidden, bias: false)
      .conv(w.dwconv, to: 2 * hidden, kernel: 3, groups: 2 * hidden, bias: false).split(2)
    return (parts[0].gelu * parts[1]).conv(w.project_out, to: x.channels, bias: false)
  }

  private static func gate(_ x: Tensor) -> Tensor {
    let parts = x.split(2)
    return parts[0] * parts[1]
  }

  /// Attention between tokens, with a linear layer's bias along the last axis.
  private static let token = GraphCase("token attention", [2, 13, 24]) { x, w in
    let heads = { (t: Tensor) in t.reshaped(2, 13, 3, 8).transposed(0, 2, 1, 3) }
    let flat = x.apply(
      .normalization(Normalization(.layer, axis: 2, epsilon: 1e-5)),
      [w.norm.weight(24), w.norm.bias(24)]
    ).reshaped(26, 24)
    let q = flat.times(transposed: w.q.weight(24, 24)) + w.q.bias(24)
    let k = flat.times(transposed: w.k.weight(24, 24))
    let v = flat.times(transposed: w.v.weight(24, 24))
    let scores = (heads(q).times(transposed: heads(k)) * 0.353_553_39).softmax
    return x + scores.times(heads(v)).transposed(0, 2, 1, 3).reshaped(2, 13, 24)
  }

  /// Down, up and a skip by concatenation and by addition.
  private static let unet = GraphCase("small U-Net", [2, 3, 10, 6]) { x, w in
    let top = x.conv(w.intro, to: 12, kernel: 3)
    let down = top.conv(w.down, to: 20, kernel: 2, stride: 2)
    let middle = down.conv(w.middle, to: 20, kernel: 3).gelu
    let up = middle.concatenated(with: down).conv(w.up, to: 48, bias: false).pixelShuffled(2)
    return x + (up + top).conv(w.ending, to: 3, kernel: 3)
  }
}
