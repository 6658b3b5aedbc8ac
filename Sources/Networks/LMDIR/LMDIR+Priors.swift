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
    let width = configuration.textWidth
    let learned = w.query(configuration.queries, width).reshaped(1, configuration.queries, width)
      .tokens
    let own = normed(learned, w.norm1)
    let keys = widened(own, w.self_attn.to_k, to: width)
    let values = widened(own, w.self_attn.to_v, to: width)
    let mutual = projected(
      attended(widened(own, w.self_attn.to_q, to: width), to: keys, values), w.self_attn.to_out)
    let encoded = configuration.reading.promptHasResiduals ? learned + mutual : mutual

    let queries = widened(normed(encoded, w.norm2), w.cross_q, to: width).repeated(text.batch)
    let words = projected(attended(queries, to: text, w.text_kv), w.text_out)
    let sight = projected(attended(queries, to: feature, w.image_kv), w.image_out)
    let joined = words + sight
    let hidden = widened(normed(joined, w.ffn.norm), w.ffn.fc1, to: 4 * width).gelu
    let mixed = widened(hidden, w.ffn.fc2, to: width)
    let prior = configuration.reading.promptHasResiduals ? joined + mixed : mixed
    return projected(prior, w.proj_out).pooled
  }

  private func widened(_ x: Tensor, _ w: Weights, to width: Int) -> Tensor {
    x.linear(w, to: width, bias: configuration.reading.promptProjects)
  }

  private func projected(_ x: Tensor, _ w: Weights) -> Tensor {
    configuration.reading.promptProjects ? x.linear(w, to: configuration.textWidth) : x
  }

  private func normed(_ x: Tensor, _ w: Weights) -> Tensor {
    configuration.reading.promptHasResiduals ? x.layerNorm(w, epsilon: 1e-5) : x
  }

  private func attended(_ queries: Tensor, to tokens: Tensor, _ w: Weights) -> Tensor {
    let pair = widened(tokens, w, to: 2 * configuration.textWidth).split(2)
    return attended(queries, to: pair[0], pair[1])
  }

  private func attended(_ queries: Tensor, to keys: Tensor, _ values: Tensor) -> Tensor {
    queries.attending(
      to: keys, values, heads: configuration.promptHeads,
      scale: configuration.reading.promptProjects ? nil : 1)
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
