import Diffusion
import Execution
import Generation
import Models
import Networks
import Pictures
import Synchronization
import Tensors

/// What AutoDIR's text tower says: of the eight texts about degradations, which are encoded once,
/// and of free texts.
///
/// The padding of the eight is hidden from their tokens. That of free texts and of the empty text
/// is not, as in Stable Diffusion.
final class TextStates: Sendable {
  /// The eight texts, in the order of ``Degradation``.
  struct Labels: Sendable {
    /// The last hidden state of each, (1, T, C).
    let states: [HostTensor]
    /// The projected text of each, of length 1.
    let features: [[Float]]
  }

  private let network: CLIPTextModel
  private let tower: LoadedNetwork
  /// nil where the checkpoint comes without one.
  private let tokenizer: CLIPTokenizer?
  private let labels = Mutex<Labels?>(nil)
  /// Of free texts.
  private let known = RecentValues<[Float], HostTensor>()

  /// - Parameter model: the text tower.
  init(
    _ model: Model, _ network: CLIPTextModel, tokenizer: CLIPTokenizer?, on engine: Engine
  ) throws(LimpidError) {
    let configuration = network.configuration
    guard configuration.maxPositionEmbeddings >= Self.length else {
      throw LimpidError(.badData, "\(model.name): it has no room for \(Self.length) tokens")
    }
    if let tokenizer {
      guard tokenizer.length == Self.length, tokenizer.end == configuration.vocabSize - 1 else {
        throw LimpidError(.badData, "\(model.name): the tokenizer beside it is another's")
      }
    } else if configuration.vocabSize != Self.knownVocabulary {
      throw LimpidError(
        .badData,
        "\(model.name): its vocabulary is not CLIP's own; put a folder 'tokenizer' beside it")
    }
    self.network = network
    self.tokenizer = tokenizer
    tower = LoadedNetwork(model, on: engine)
  }

  private static let knownVocabulary = 49408
  /// Tokens of every text, start and end included.
  private static let length = 77

  /// Of a text's state: (1, T, C).
  var shape: Shape { [1, Self.length, network.configuration.encoder.hiddenSize] }

  /// The eight texts.
  func encodedLabels() throws -> Labels {
    if let known = labels.withLock({ $0 }) { return known }
    let sequences = Degradation.allCases.map { label in
      sequence(tokenizer?.encode(label.text) ?? label.knownTokens)
    }
    let ids = sequences.flatMap { $0.tokens.map(Float.init) }
    let mask = sequences.flatMap { sequence in
      (0..<Self.length).map { $0 < sequence.used ? Float(1) : 0 }
    }
    let shape: Shape = [sequences.count, Self.length]
    let results = try tower.run([
      "input_ids": HostTensor(shape, ids), "attention_mask": HostTensor(shape, mask),
    ])
    guard let states = results["last_hidden_state"], let embeddings = results["text_embeds"] else {
      throw LimpidError(.failed, "the text tower said nothing")
    }
    let made = Labels(
      states: sequences.indices.map { states.outermost($0) },
      features: sequences.indices.map { embeddings.outermost($0).floats.ofLengthOne })
    labels.withLock { $0 = made }
    return made
  }

  /// - Throws: a usage error where the texts' words need a tokenizer and there is none.
  func check(_ texts: [String]) throws(LimpidError) {
    guard tokenizer == nil, texts.contains(where: { !$0.isEmpty }) else { return }
    throw LimpidError(
      .usage,
      "a prompt needs CLIP's vocab.json and merges.txt in a folder 'tokenizer' beside the "
        + "checkpoint; tools/models clip-tokenizer makes them")
  }

  /// The last hidden state of a text, (1, T, C); what does not fit is cut off.
  func state(of text: String) throws -> HostTensor {
    try check([text])
    let tokens = tokenizer?.encode(text) ?? []
    let ids = sequence(tokens).tokens.map(Float.init)
    return try known.value(of: ids) {
      let results = try tower.run(["input_ids": HostTensor([1, Self.length], ids)])
      guard let state = results["last_hidden_state"] else {
        throw LimpidError(.failed, "the text tower said nothing")
      }
      return state
    }
  }

  /// What a text takes; where none is read besides the eight, what those take together.
  func need(readsText: Bool) throws -> Need {
    let shape: Shape = [readsText ? 1 : Degradation.allCases.count, Self.length]
    return try tower.need(
      readsText ? ["input_ids": shape] : ["input_ids": shape, "attention_mask": shape])
  }

  /// Gives back the device's memory.
  func release() { tower.release() }

  /// Start, tokens, end; filled up with ends.
  private func sequence(_ tokens: [Int32]) -> (tokens: [Int32], used: Int) {
    let end = Int32(network.configuration.vocabSize - 1)
    let content = [end - 1] + tokens.prefix(Self.length - 2) + [end]
    let rest = [Int32](repeating: end, count: Self.length - content.count)
    return (content + rest, content.count)
  }
}

extension [Float] {
  /// Divided by the Euclidean length.
  var ofLengthOne: [Float] {
    let length = Float(reduce(0) { $0 + Double($1) * Double($1) }.squareRoot())
    return map { $0 / length }
  }
}
