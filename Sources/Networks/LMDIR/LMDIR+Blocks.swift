import IR
import Tensors

extension LMDIR {
  /// Degradation-aware transformer block, equations 8 to 13: scales, shifts and gates from the
  /// degradation's prior (N, text width, 1, 1).
  func degradationAware(
    _ block: RestormerBlock, _ x: Tensor, _ prior: Tensor, _ w: Weights
  ) -> Tensor {
    let extracted = prior.linear(w.dea.adapt, to: x.channels).silu
      .linear(w.dea.linear, to: 6 * x.channels).split(6)
    let (gateA, gateF) = (around(extracted[0]), around(extracted[1]))
    let (scaleA, scaleF) = (around(extracted[2]), around(extracted[4]))
    let attended = block.attention(norm(x, w.norm1, block) * scaleA + extracted[3], w.attn)
    let y = attended * gateA + x
    return block.feedForward(norm(y, w.norm2, block) * scaleF + extracted[5], w.ffn) * gateF + y
  }

  /// Content-aware transformer block, equations 14 to 20: pixels attend to the words of the
  /// content's description (N, text width, T, 1).
  func contentAware(
    _ block: RestormerBlock, _ x: Tensor, _ content: Tensor, _ w: Weights
  ) -> Tensor {
    let dim = x.channels
    let y = block.attention(norm(x, w.norm1, block), w.attn) + x
    let words = content.linear(w.ref_mlp[0], to: dim).gelu.linear(w.ref_mlp[2], to: dim)
    let attended = norm(y, w.norm_ref, block).linear(w.ra.to_q, to: dim, bias: false).attending(
      to: words.linear(w.ra.to_k, to: dim, bias: false),
      words.linear(w.ra.to_v, to: dim, bias: false),
      heads: 1, scale: configuration.reading.contentScale)
    let z = attended + y
    let result = block.feedForward(norm(z, w.norm2, block), w.ffn)
    return configuration.reading.contentIsResidual ? result + z : result
  }

  /// Reference-based transformer block, equations 21 to 29: half of the channels take from the
  /// reference (N, C / 2, H, W) pixel by pixel, the other half by its covariance.
  func referenceBased(
    _ block: RestormerBlock, _ x: Tensor, _ reference: Tensor, _ w: Weights
  ) -> Tensor {
    let y = block.attention(norm(x, w.norm1, block), w.attn) + x
    let halves = norm(y, w.norm_ref, block).split(2)
    let local = localAttention(halves[0], reference, w.lra)
    let global = globalAttention(halves[1], reference, heads: block.heads, w.gra)
    let z = local.concatenated(with: global).conv(w.theta, to: x.channels, bias: false) + y
    return block.feedForward(norm(z, w.norm2, block), w.ffn) + z
  }

  /// Local reference attention, equations 26 to 28.
  private func localAttention(_ x: Tensor, _ reference: Tensor, _ w: Weights) -> Tensor {
    func transformed(_ map: Tensor) -> Tensor {
      map.conv(w.w1, to: x.channels, kernel: 3, bias: false).relu
        .conv(w.w2, to: x.channels, kernel: 3, bias: false)
    }
    let (own, other) = (transformed(x), transformed(reference))
    let scores = (own + other).conv(w.wa, to: x.channels, kernel: 3, bias: false)
    return own + similarity(scores) * other
  }

  private func similarity(_ scores: Tensor) -> Tensor {
    switch configuration.reading.localSoftmax {
    case .channels:
      scores.apply(.softmax(Softmax(axis: 1)))
    case .pixels:
      scores.reshaped(scores.batch, scores.channels, scores.height * scores.width).softmax
        .reshaped(scores.batch, scores.channels, scores.height, scores.width)
    }
  }

  /// Global reference attention, equation 29: transposed attention with the reference's channels.
  private func globalAttention(
    _ x: Tensor, _ reference: Tensor, heads: Int, _ w: Weights
  ) -> Tensor {
    let (n, c, pixels) = (x.batch, x.channels, x.height * x.width)
    let q = x.conv(w.q, to: c, bias: false)
      .conv(w.q_dwconv, to: c, kernel: 3, groups: c, bias: false)
    let kv = reference.conv(w.kv, to: 2 * c, bias: false)
      .conv(w.kv_dwconv, to: 2 * c, kernel: 3, groups: 2 * c, bias: false).split(2)
    let parts = ([q] + kv).map { $0.reshaped(n, heads, c / heads, pixels) }
    let similarity = parts[0].normalized.times(transposed: parts[1].normalized)
    let mixed = (similarity * w.temperature(heads, 1, 1)).softmax.times(parts[2])
    return mixed.reshaped(n, c, x.height, x.width).conv(w.project_out, to: c, bias: false)
  }

  private func norm(_ x: Tensor, _ w: Weights, _ block: RestormerBlock) -> Tensor {
    configuration.reading.keepsNorms ? block.norm(x, w) : x
  }

  /// A predicted scale or gate as it is used.
  private func around(_ predicted: Tensor) -> Tensor {
    configuration.reading.scalesAroundOne ? predicted + 1 : predicted
  }
}
