import IR
import Tensors

extension LMDIR {
  /// The query-based prompt encoder, equations 1 to 7: learned queries gather what is wrong from
  /// the description and from the image.
  /// - Parameters:
  ///   - text: tokens (N, text width, T, 1).
  ///   - feature: one token per image, (N, text width, 1, 1).
  /// - Returns: the mean over the queries, (N, text width, 1, 1).
  func prompt(_ text: Tensor, _ feature: Tensor, _ w: Weights) -> Tensor {
    let (width, heads) = (configuration.textWidth, configuration.promptHeads)
    let learned = w.query(configuration.queries, width).reshaped(1, configuration.queries, width)
      .tokens
    let own = normed(learned, w.norm1)
    let mutual = own.linear(w.self_attn.to_q, to: width).attending(
      to: own.linear(w.self_attn.to_k, to: width), own.linear(w.self_attn.to_v, to: width),
      heads: heads
    ).linear(w.self_attn.to_out, to: width)
    let encoded = configuration.reading.promptHasResiduals ? learned + mutual : mutual

    let queries = normed(encoded, w.norm2).linear(w.cross_q, to: width).repeated(text.batch)
    let words = attended(queries, to: text, w.text_kv).linear(w.text_out, to: width)
    let sight = attended(queries, to: feature, w.image_kv).linear(w.image_out, to: width)
    let joined = words + sight
    let mixed = normed(joined, w.ffn.norm).linear(w.ffn.fc1, to: 4 * width).gelu
      .linear(w.ffn.fc2, to: width)
    let prior = configuration.reading.promptHasResiduals ? joined + mixed : mixed
    return prior.linear(w.proj_out, to: width).pooled
  }

  private func normed(_ x: Tensor, _ w: Weights) -> Tensor {
    configuration.reading.promptHasResiduals ? x.layerNorm(w, epsilon: 1e-5) : x
  }

  private func attended(_ queries: Tensor, to tokens: Tensor, _ w: Weights) -> Tensor {
    let pair = tokens.linear(w, to: 2 * configuration.textWidth).split(2)
    return queries.attending(to: pair[0], pair[1], heads: configuration.promptHeads)
  }

  /// The image's own feature I_d: residual blocks and strided convolutions, then the mean.
  func imageFeature(_ image: Tensor, _ w: Weights) -> Tensor {
    let dim = configuration.backbone.dim
    var x = image.conv(w.conv_in, to: dim, kernel: 3, bias: false)
    for level in 0..<3 {
      x = residual(x, w.blocks[level])
        .conv(w.downs[level], to: dim << (level + 1), kernel: 3, stride: 2, padding: 1, bias: false)
    }
    return residual(x, w.blocks[3]).pooled.linear(w.proj, to: configuration.textWidth)
  }

  private func residual(_ x: Tensor, _ w: Weights) -> Tensor {
    x
      + x.conv(w.conv1, to: x.channels, kernel: 3, bias: false).parametricRelu(w.prelu)
      .conv(w.conv2, to: x.channels, kernel: 3, bias: false)
  }
}

extension Tensor {
  /// PReLU with one slope for all channels: reads `w.weight` (1).
  fileprivate func parametricRelu(_ w: Weights) -> Tensor {
    relu + (self - relu) * w.weight(1)
  }

  /// This one image `count` times.
  fileprivate func repeated(_ count: Int) -> Tensor {
    count == 1
      ? self
      : apply(
        .concatenation(Concatenation(axis: 0)), [Tensor](repeating: self, count: count - 1))
  }
}
