import IR
import Tensors

/// CLIP's text tower.
///
/// Operands: `input_ids` (N, T); optionally `attention_mask` (N, T), zero where a token is padding,
/// which hides it from all others besides the causal mask; optionally words to inject, see
/// ``injectedSources(_:at:length:)``: `word_embeddings` (N, K, C) and `token_sources` (N, T).
///
/// Results, with C features a token: `last_hidden_state` (N, T, C), after the final normalization;
/// `penultimate_hidden_state` (N, T, C), what the last layer takes, not normalised; and of the
/// token that ends the text `pooler_output` (N, C) or, with a projection to P features,
/// `text_embeds` (N, P). Nothing is pooled when words are injected.
///
/// A. Radford et al., "Learning Transferable Visual Models From Natural Language Supervision",
/// ICML 2021, section 2.4. Injected words: Y. Wei et al., "ELITE", ICCV 2023, section 3.2.
package struct CLIPTextModel: ConfiguredNetwork, Hashable {
  package static let name = "CLIPTextModel"

  package struct Configuration: Hashable, Sendable {
    package var encoder = CLIPEncoder()
    package var vocabSize = 49408
    package var maxPositionEmbeddings = 77
    /// The token that ends a text. 2 stands for the last of the vocabulary, as in the files of
    /// OpenAI's models.
    package var eosTokenID = 49407
    /// Features of the projected text; nil without a projection.
    package var projectionDim: Int?

    /// ViT-L/14 as in Stable Diffusion 1.5.
    package init() {}
  }

  package let configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    let (w, encoder) = (trace.weights.text_model, configuration.encoder)
    let ids = operands("input_ids", rank: 2)
    let words = embeddedWords(ids, operands, w.embeddings)
    let positions = words.positions(
      w.embeddings.position_embedding, rows: configuration.maxPositionEmbeddings,
      count: words.height)
    let states = encoder.hiddenStates(
      words + positions, isCausal: true, mask: operands.optional("attention_mask", rank: 2),
      w.encoder)
    let last = states[states.count - 1].layerNorm(
      w.final_layer_norm, epsilon: encoder.layerNormEps)
    let hidden = last.sequence
    let penultimate = states[states.count - 2].sequence
    if operands.has("word_embeddings") {
      return ["last_hidden_state": hidden, "penultimate_hidden_state": penultimate]
    }
    let (name, pooled) = pooled(last, ids, trace.weights)
    return [
      "last_hidden_state": hidden, "penultimate_hidden_state": penultimate, name: pooled,
    ]
  }

  /// The word of every token, (N, C, T, 1).
  private func embeddedWords(_ ids: Tensor, _ operands: Operands, _ w: Weights) -> Tensor {
    let own = ids.embedded(
      w.token_embedding, vocabulary: configuration.vocabSize,
      features: configuration.encoder.hiddenSize)
    guard operands.has("word_embeddings") else { return own }
    let injected = operands.tokens("word_embeddings", features: own.channels)
    let sources = operands("token_sources", rank: 2)
    return injected.apply(.concatenation(Concatenation(axis: 2)), [own])
      .gathered(at: sources.reshaped(sources.shape[0], 1, sources.shape[1], 1))
  }

  /// The features of the token that ends the text.
  private func pooled(_ x: Tensor, _ ids: Tensor, _ w: Weights) -> (String, Tensor) {
    let last = Float(configuration.vocabSize - 1)
    let place: Tensor
    if configuration.eosTokenID == 2 {
      // Small numbers near the largest id stay apart in f16.
      place = (ids + -last).argmax(axis: 1)
    } else {
      let difference = ids + -Float(configuration.eosTokenID)
      place = (difference * difference * -1 + 1).relu.argmax(axis: 1)
    }
    let token = x.gathered(at: place.reshaped(ids.shape[0], 1, 1, 1))
    guard let features = configuration.projectionDim else {
      return ("pooler_output", token.reshaped(ids.shape[0], x.channels))
    }
    let projected = token.linear(w.text_projection, to: features, bias: false)
    return ("text_embeds", projected.reshaped(ids.shape[0], features))
  }

  /// `token_sources` of one text into which `count` injected words go at `position`: they take the
  /// place of one token, those after it move back, and those that do not fit in are dropped.
  /// - Returns: for each of `length` places the number of the injected word, or `count` plus the
  ///   place of its own token.
  package static func injectedSources(_ count: Int, at position: Int, length: Int) -> [Float] {
    (0..<length).map { place in
      switch place {
      case ..<position: Float(count + place)
      case ..<(position + count): Float(place - position)
      default: Float(place + 1)
      }
    }
  }
}
