import IR
import Tensors

/// Llama's decoder with a cache of keys and values: the logits of what follows the tokens.
///
/// Operands, for T tokens of each of N texts and caches of L: `input_ids` (N, T); `begins` (N, 1),
/// how many tokens of each text are in the caches already; `positions` (N, T), those of the tokens;
/// `keys.i` and `values.i` of every layer i, (N, K d, L, 1). Optionally `image_features`
/// (N, C, P, 1) to put among the words, and `token_sources` (N, T): below P the number of a patch,
/// from P on a token's own number and P.
///
/// Results: `logits` (N, V) of what follows the last token, and the caches with the tokens in them.
///
/// H. Touvron et al., "LLaMA: Open and Efficient Foundation Language Models", 2023, section 2.2;
/// grouped queries: J. Ainslie et al., "GQA", EMNLP 2023. Parameters and properties have the names
/// of transformers.
package struct Llama: Network, Hashable {
  package static let name = "Llama"

  package struct Configuration: Hashable, Sendable {
    package var hiddenSize = 4096
    package var intermediateSize = 11008
    package var numHiddenLayers = 32
    package var numAttentionHeads = 32
    package var numKeyValueHeads = 32
    package var vocabSize = 32000
    package var maxPositionEmbeddings = 4096
    package var rmsNormEps: Float = 1e-6
    package var ropeTheta: Float = 10_000
    /// Whether pairs of channels that turn together are neighbours, as the rows of GGUF files lie.
    package var isInterleaved = false

    /// The 7B model.
    package init() {}

    package var headDim: Int { hiddenSize / numAttentionHeads }
  }

  package let configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    let (w, c) = (trace.weights, configuration)
    let (begins, positions) = (operands("begins", rank: 2), operands("positions", rank: 2))
    var x = words(operands, w.model)
    var caches: [(String, Tensor)] = []
    for index in 0..<c.numHiddenLayers {
      let cache = (operands("keys.\(index)", rank: 4), operands("values.\(index)", rank: 4))
      let (y, keys, values) = layer(x, cache, positions, begins, w.model.layers[index])
      caches += [("keys.\(index)", keys), ("values.\(index)", values)]
      x = y
    }
    let last = x.sliced(axis: 2, from: x.height - 1, count: 1)
      .rmsNorm(w.model.norm, epsilon: c.rmsNormEps)
    let logits = last.linear(w.lm_head, to: c.vocabSize, bias: false)
    return Results([("logits", logits.reshaped(x.batch, c.vocabSize))] + caches)
  }

  /// The tokens' words, (N, C, T, 1), features of an image among them.
  private func words(_ operands: Operands, _ w: Weights) -> Tensor {
    let own = operands("input_ids", rank: 2).embedded(
      w.embed_tokens, vocabulary: configuration.vocabSize, features: configuration.hiddenSize)
    guard operands.has("image_features") else { return own }
    let sources = operands("token_sources", rank: 2)
    return operands.map("image_features", channels: configuration.hiddenSize)
      .apply(.concatenation(Concatenation(axis: 2)), [own])
      .gathered(at: sources.reshaped(sources.shape[0], 1, sources.shape[1], 1))
  }

  private func layer(
    _ x: Tensor, _ cache: (keys: Tensor, values: Tensor), _ positions: Tensor, _ begins: Tensor,
    _ w: Weights
  ) -> (Tensor, keys: Tensor, values: Tensor) {
    let (c, attention) = (configuration, w.self_attn)
    let normed = x.rmsNorm(w.input_layernorm, epsilon: c.rmsNormEps)
    func projected(_ w: Weights, heads: Int) -> Tensor {
      normed.linear(w, to: heads * c.headDim, bias: false)
    }
    let q = projected(attention.q_proj, heads: c.numAttentionHeads)
      .rotated(by: positions, rotary(heads: c.numAttentionHeads))
    let k = projected(attention.k_proj, heads: c.numKeyValueHeads)
      .rotated(by: positions, rotary(heads: c.numKeyValueHeads))
    let v = projected(attention.v_proj, heads: c.numKeyValueHeads)
    let keys = cache.keys.inserting(k, at: begins)
    let values = cache.values.inserting(v, at: begins)
    let attended = q.attending(
      to: shared(keys), shared(values), heads: c.numAttentionHeads, isCausal: true, from: begins)
    let y = x + attended.linear(attention.o_proj, to: c.hiddenSize, bias: false)
    return (
      y + perceptron(y.rmsNorm(w.post_attention_layernorm, epsilon: c.rmsNormEps), w.mlp),
      keys, values
    )
  }

  /// N. Shazeer, "GLU Variants Improve Transformer", 2020: SwiGLU.
  private func perceptron(_ x: Tensor, _ w: Weights) -> Tensor {
    let gate = x.linear(w.gate_proj, to: configuration.intermediateSize, bias: false).silu
    let up = x.linear(w.up_proj, to: configuration.intermediateSize, bias: false)
    return (gate * up).linear(w.down_proj, to: configuration.hiddenSize, bias: false)
  }

  private func rotary(heads: Int) -> RotaryEmbedding {
    RotaryEmbedding(
      heads: heads, base: configuration.ropeTheta, isInterleaved: configuration.isInterleaved)
  }

  /// Every head of keys or values once for each of the queries' heads that share it.
  private func shared(_ x: Tensor) -> Tensor {
    let (c, tokens) = (configuration, x.height)
    let copies = c.numAttentionHeads / c.numKeyValueHeads
    guard copies > 1 else { return x }
    let heads = x.reshaped(x.batch, c.numKeyValueHeads, c.headDim, tokens)
    let others = [Tensor](repeating: heads, count: copies - 1)
    return heads.apply(.concatenation(Concatenation(axis: 2)), others)
      .reshaped(x.batch, c.hiddenSize, tokens, 1)
  }
}
