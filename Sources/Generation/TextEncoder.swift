import Checkpoints
import Diffusion
import Execution
import Models
import Networks
import Pictures
import Tensors

/// A text as the text tower of a pipeline sees it: one row of T tokens with D features each.
package struct EncodedText: Sendable {
  /// (1, T, D), after the last layer and its normalization.
  package let last: HostTensor
  /// (1, T, D), before the last layer.
  package let penultimate: HostTensor
  /// (1, P), of the first sequence, projected where the tower has a projection.
  package let pooled: HostTensor
}

/// A tokenizer and a text tower of CLIP.
package final class TextEncoder: Sendable {
  package let tokenizer: CLIPTokenizer
  /// Of a token.
  package let features: Int
  private let tower: LoadedNetwork
  /// Of sequences of tokens.
  private let known = RecentValues<[Int32], EncodedText>()

  /// - Parameters:
  ///   - encoder: a component's folder.
  ///   - tokenizer: a folder with `vocab.json` and `merges.txt`.
  package init(
    _ encoder: Folder, tokenizer: Folder, on engine: Engine
  ) throws(LimpidError) {
    self.tokenizer = try CLIPTokenizer(tokenizer)
    let model = try Model(component: encoder)
    guard let network = model.architecture as? CLIPTextModel,
      self.tokenizer.length <= network.configuration.maxPositionEmbeddings
    else {
      throw LimpidError(
        .badData, "\(encoder.name): no text tower for \(self.tokenizer.length) tokens")
    }
    features = network.configuration.encoder.hiddenSize
    tower = LoadedNetwork(model, on: engine)
  }

  package var parameterCount: Int { tower.model.recognition.descriptor.parameterCount }

  /// How many sequences of tokens a text needs.
  package func sequenceCount(_ text: String) -> Int { tokenizer.sequences(text).count }

  /// Encodes each of the text's sequences alone and puts them in a row.
  /// - Parameter count: at least so many sequences; the ones beyond the text are empty.
  package func encode(_ text: String, sequences count: Int) throws -> EncodedText {
    try encode(tokenizer.sequences(text, atLeast: count))
  }

  /// Encodes the text as one sequence; what does not fit is cut off.
  package func encodeFirst(_ text: String) throws -> EncodedText {
    try encode([tokenizer.sequence(text)])
  }

  private func encode(_ sequences: [CLIPTokenizer.Sequence]) throws -> EncodedText {
    let parts = try sequences.map { sequence in
      try known.value(of: sequence.tokens) { try encode(sequence.tokens) }
    }
    return EncodedText(
      last: Self.row(parts.map(\.last)), penultimate: Self.row(parts.map(\.penultimate)),
      pooled: parts[0].pooled)
  }

  private func encode(_ tokens: [Int32]) throws -> EncodedText {
    let results = try tower.run([
      "input_ids": HostTensor([1, tokens.count], tokens.map { Float($0) })
    ])
    return EncodedText(
      last: results["last_hidden_state"]!, penultimate: results["penultimate_hidden_state"]!,
      pooled: (results["text_embeds"] ?? results["pooler_output"])!)
  }

  /// Encodes a text with words in it which have no spelling; what does not fit into one sequence is
  /// dropped.
  ///
  /// Y. Wei et al., "ELITE", ICCV 2023, section 3.2.
  /// - Parameters:
  ///   - words: (1, K, D), in the space of the tower's token embeddings.
  ///   - placeholder: the word after the text, of one token, whose place they take; nil leaves them
  ///     out, with a plan that serves texts with as many words too.
  ///   - rest: of the text, behind them.
  /// - Returns: (1, T, D), after the last layer and its normalization.
  package func encode(
    _ text: String, words: HostTensor, placeholder: String?, then rest: String = ""
  ) throws -> HostTensor {
    let count = words.shape[1]
    let tokens = tokenizer.sequence(placeholder.map { "\(text) \($0) \(rest)" } ?? text).tokens
    let sources =
      placeholder == nil
      ? tokens.indices.map { Float(count + $0) }
      : CLIPTextModel.injectedSources(
        count, at: 1 + tokenizer.encode(text).count, length: tokens.count)
    let results = try tower.run([
      "input_ids": HostTensor([1, tokens.count], tokens.map { Float($0) }),
      "word_embeddings": words, "token_sources": HostTensor([1, tokens.count], sources),
    ])
    guard let state = results["last_hidden_state"] else {
      throw LimpidError(.failed, "the text tower said nothing")
    }
    return state
  }

  /// What one sequence of tokens takes.
  /// - Parameter count: of words that have no spelling, see ``encode(_:words:placeholder:)``.
  package func need(words count: Int? = nil) throws -> Need {
    let ids: Shape = [1, tokenizer.length]
    guard let count else { return try tower.need(["input_ids": ids]) }
    return try tower.need([
      "input_ids": ids, "word_embeddings": [1, count, features], "token_sources": ids,
    ])
  }

  /// Gives back the device's memory.
  package func release() { tower.release() }

  private static func row(_ sequences: [HostTensor]) -> HostTensor {
    let all = HostTensor.stacking(sequences)
    return all.reshaped([1, all.shape[0] * all.shape[1], all.shape[2]])
  }
}

extension CLIPTokenizer {
  /// Reads a tokenizer's folder.
  package init(_ folder: Folder) throws(LimpidError) {
    let limit = TokenVocabulary.maximumBytes
    let vocabulary = try folder.bytes("vocab.json", limit: limit)
    let merges = try folder.bytes("merges.txt", limit: limit)
    var settings: [[UInt8]] = []
    for name in ["tokenizer_config.json", "special_tokens_map.json"] where folder.has(name) {
      settings.append(try folder.bytes(name, limit: SpecialTokens.maximumBytes))
    }
    do {
      try self.init(
        try TokenVocabulary(vocabulary: vocabulary, merges: merges),
        special: try SpecialTokens(parsing: settings))
    } catch {
      throw LimpidError(error, subject: folder.name)
    }
  }
}
