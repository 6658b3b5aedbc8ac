import IR
import Tensors

/// The textual restoration module of TextualDegRemoval: each word that describes a degraded image
/// becomes the word that would describe the clean one, by a perceptron of its own.
///
/// Lin, Yue et al., "Improving Image Restoration through Removing Degradations in Textual
/// Representations", CVPR 2024, section 3.2.
///
/// Operand: `words` (N, words, width). Result: `words` likewise.
package struct TextualRestoration: RecognizableNetwork, Hashable {
  package static let name = "TextualDegRemoval textual restoration"

  package struct Configuration: Hashable, Sendable {
    package var words = 20
    /// Features of a word.
    package var width = 1024
    /// Features of the hidden layers.
    package var hidden = 1280
    /// Linear layers before the last one of each perceptron.
    package var hiddenLayers = 3

    package init() {}
  }

  package let configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    ["words": [batch, configuration.words, configuration.width]]
  }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    let words = operands("words", rank: 3).tokens
    let restored = (0..<configuration.words).map { word in
      words.sliced(axis: 2, from: word, count: 1).perceptron(
        trace.weights["mapping_\(word)"], hidden: configuration.hidden,
        layers: configuration.hiddenLayers, to: configuration.width)
    }
    return ["words": Tensor.column(restored).sequence]
  }
}

extension TextualRestoration {
  package var inputChannels: Int { configuration.width }
  package var outputChannels: Int { configuration.width }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { false }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("num_words", .integer(configuration.words)),
      Hyperparameter("input_dim", .integer(configuration.width)),
      Hyperparameter("hidden_dim", .integer(configuration.hidden)),
      Hyperparameter("hidden_layers", .integer(configuration.hiddenLayers)),
    ]
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.hidden = try checkpoint.extent(0, of: "mapping_0.0.weight", rank: 2, as: "hidden_dim")
    (found.words, found.hiddenLayers, found.width) = try checkpoint.perceptrons("mapping_")
    self.init(found)
  }
}
