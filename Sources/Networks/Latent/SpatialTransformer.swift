import IR

/// Transformer layers over the pixels of a feature map, which attend to each other and to contexts
/// (`Transformer2DModel` in diffusers).
///
/// R. Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", CVPR 2022,
/// section 3.3 and appendix E.2.1.
struct SpatialTransformer {
  let heads: Int
  let layers: Int
  let groups: Int
  /// Whether the projections around the layers are stored as linear layers, not as convolutions.
  let usesLinearProjection: Bool

  /// x (N, C, H, W) to the shape of x; each layer attends to the contexts in their order.
  func callAsFunction(_ x: Tensor, _ contexts: [CrossAttention], _ w: Weights) -> Tensor {
    let h = projected(x.groupNorm(w.norm, groups: groups, epsilon: 1e-6), w.proj_in)
    let attended = (0..<layers).reduce(h) { layer($0, contexts, w.transformer_blocks[$1]) }
    return projected(attended, w.proj_out) + x
  }

  private func projected(_ x: Tensor, _ w: Weights) -> Tensor {
    usesLinearProjection ? x.linear(w, to: x.channels) : x.conv(w, to: x.channels)
  }

  /// `BasicTransformerBlock`.
  private func layer(_ x: Tensor, _ contexts: [CrossAttention], _ w: Weights) -> Tensor {
    let normed = x.layerNorm(w.norm1, epsilon: 1e-5)
    let attended = x + attention(normed, to: normed, heads: heads, w.attn1)
    let h = contexts.reduce(attended) { h, context in
      let normed = h.layerNorm(w[context.norm], epsilon: 1e-5)
      return h + attention(normed, to: context.tokens, heads: heads, w[context.attention])
    }
    return h + feedForward(h.layerNorm(w.norm3, epsilon: 1e-5), w.ff)
  }
}

/// Attention of the pixels of x to those of `context`, between linear projections.
/// - Parameter bias: whether the projections to queries, keys and values have one.
func attention(
  _ x: Tensor, to context: Tensor, heads: Int, bias: Bool = false, _ w: Weights
) -> Tensor {
  let q = x.linear(w.to_q, to: x.channels, bias: bias)
  let k = context.linear(w.to_k, to: x.channels, bias: bias)
  let v = context.linear(w.to_v, to: x.channels, bias: bias)
  return q.attending(to: k, v, heads: heads).linear(w.to_out[0], to: x.channels)
}

/// A feed-forward network of fourfold width whose hidden layer is a GEGLU.
///
/// N. Shazeer, "GLU Variants Improve Transformer", 2020, equation 6.
private func feedForward(_ x: Tensor, _ w: Weights) -> Tensor {
  let halves = x.linear(w.net[0].proj, to: 8 * x.channels).split(2)
  return (halves[0] * halves[1].gelu).linear(w.net[2], to: x.channels)
}
