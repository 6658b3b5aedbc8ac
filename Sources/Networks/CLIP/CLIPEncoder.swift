import IR
import Tensors

/// The transformer that both towers of CLIP consist of: attention and a perceptron, each on
/// normalised tokens and added to them.
///
/// A. Radford et al., "Learning Transferable Visual Models From Natural Language Supervision",
/// ICML 2021, section 2.4. The properties are fields of transformers' `config.json`.
package struct CLIPEncoder: Hashable, Sendable {
  package enum Activation: String, Sendable {
    /// OpenAI's models.
    case quickGelu = "quick_gelu"
    /// OpenCLIP's models.
    case gelu
  }

  package var hiddenSize = 768
  package var intermediateSize = 3072
  package var numHiddenLayers = 12
  package var numAttentionHeads = 12
  package var hiddenAct = Activation.quickGelu
  package var layerNormEps: Float = 1e-5

  package init() {}

  /// What layer i makes of tokens (N, C, T, 1), for every i; the tokens themselves come first.
  /// - Parameter mask: (N, T), zero where a token is not to be seen.
  func hiddenStates(
    _ tokens: Tensor, isCausal: Bool, mask: Tensor? = nil, _ w: Weights
  ) -> [Tensor] {
    var states = [tokens]
    for index in 0..<numHiddenLayers {
      states.append(
        layer(states[index], isCausal: isCausal, mask: mask, w.layers[index]))
    }
    return states
  }

  private func layer(_ x: Tensor, isCausal: Bool, mask: Tensor?, _ w: Weights) -> Tensor {
    let normed = x.layerNorm(w.layer_norm1, epsilon: layerNormEps)
    let q = normed.linear(w.self_attn.q_proj, to: hiddenSize)
    let k = normed.linear(w.self_attn.k_proj, to: hiddenSize)
    let v = normed.linear(w.self_attn.v_proj, to: hiddenSize)
    let attended = q.attending(to: k, v, heads: numAttentionHeads, isCausal: isCausal, mask: mask)
    let y = x + attended.linear(w.self_attn.out_proj, to: hiddenSize)
    let hidden = y.layerNorm(w.layer_norm2, epsilon: layerNormEps)
      .linear(w.mlp.fc1, to: intermediateSize)
    let active =
      switch hiddenAct {
      case .gelu: hidden.gelu
      case .quickGelu: hidden.quickGelu
      }
    return y + active.linear(w.mlp.fc2, to: hiddenSize)
  }
}

extension Tensor {
  /// The first rows of the table `w.weight` (rows, C), one for each of `count` places, as tokens
  /// (1, C, count, 1).
  func positions(_ w: Weights, rows: Int, count: Int) -> Tensor {
    w.weight(rows, channels).sliced(axis: 0, from: 0, count: count)
      .transposed(1, 0).reshaped(1, channels, count, 1)
  }

  /// Tokens (N, C, T, 1) as a sequence (N, T, C), as PyTorch lays it out.
  var sequence: Tensor {
    reshaped(shape[0], shape[1], shape[2] * shape[3]).transposed(0, 2, 1)
  }
}
