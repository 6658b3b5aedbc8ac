import IR
import Tensors

/// The image-to-text mapper of TextualDegRemoval: an image, as CLIP's vision tower sees it, becomes
/// a few words in the space of CLIP's token embeddings.
///
/// Lin, Yue et al., "Improving Image Restoration through Removing Degradations in Textual
/// Representations", CVPR 2024, section 3.2, after ELITE (ICCV 2023).
///
/// The file of its parameters has the keys and values of the U-Net's cross-attention too, which
/// were tuned together with it: ``location(ofUNets:prefix:)``.
///
/// Operand: `last_hidden_state` (N, 1 + patches, features), class token first.
/// Result: `words` (N, words, width).
package struct ImageToTextMapper: RecognizableNetwork, Hashable {
  package static let name = "TextualDegRemoval image-to-text mapper"

  package struct Configuration: Hashable, Sendable {
    package var words = 20
    /// Features of a token of the vision tower.
    package var features = 1280
    /// Features of the hidden layers.
    package var hidden = 1280
    /// Linear layers before the last one of each perceptron.
    package var hiddenLayers = 3
    /// Features of a word.
    package var width = 1024

    package init() {}
  }

  package let configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    ["last_hidden_state": [batch, 257, configuration.features]]
  }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    let tokens = operands("last_hidden_state", rank: 3).tokens
    return ["words": words(for: tokens, trace.weights).sequence]
  }

  /// Words (N, width, words, 1) for tokens (N, features, 1 + patches, 1).
  private func words(for tokens: Tensor, _ w: Weights) -> Tensor {
    let whole = tokens.sliced(axis: 2, from: 0, count: 1)
    let patches = tokens.sliced(axis: 2, from: 1, count: max(1, tokens.height - 1))
    return .column(
      (0..<configuration.words).map { word in
        perceptron(whole, w["mapping_\(word)"])
          + perceptron(patches, w["mapping_patch_\(word)"])
          .pooled
      })
  }

  private func perceptron(_ x: Tensor, _ w: Weights) -> Tensor {
    x.perceptron(
      w, hidden: configuration.hidden, layers: configuration.hiddenLayers,
      to: configuration.width)
  }
}

extension ImageToTextMapper {
  /// Where the mapper's file holds a parameter of the U-Net of diffusers that was tuned together
  /// with the mapper: the keys and values of the cross-attention; nil for every other parameter.
  /// - Parameter prefix: what all names in the file begin with.
  package static func location(
    ofUNets entry: Manifest.Entry, prefix: String
  ) -> Manifest.Location? {
    guard tuned.contains(where: { entry.path.hasSuffix(".\($0).weight") }) else { return nil }
    let module = underscored(entry.path.dropLast(".weight".count))
    return Manifest.Location(path: prefix + module + ".weight", shape: entry.shape)
  }

  /// The tuned keys and values of a U-Net.
  package static func isBuffer(_ name: String) -> Bool {
    tuned.contains { name.hasSuffix("_\(underscored($0)).weight") }
  }

  private static func underscored(_ path: some StringProtocol) -> String {
    String(path.map { $0 == "." ? "_" : $0 })
  }

  private static let tuned = ["attn2.to_k", "attn2.to_v"]
}

extension ImageToTextMapper {
  package var inputChannels: Int { configuration.features }
  package var outputChannels: Int { configuration.width }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("num_words", .integer(configuration.words)),
      Hyperparameter("input_dim", .integer(configuration.features)),
      Hyperparameter("hidden_dim", .integer(configuration.hidden)),
      Hyperparameter("hidden_layers", .integer(configuration.hiddenLayers)),
      Hyperparameter("output_dim", .integer(configuration.width)),
    ]
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.features = try checkpoint.extent(
      1, of: "mapping_patch_0.0.weight", rank: 2, as: "input_dim")
    found.hidden = try checkpoint.extent(
      0, of: "mapping_patch_0.0.weight", rank: 2, as: "hidden_dim")
    (found.words, found.hiddenLayers, found.width) = try checkpoint.perceptrons("mapping_patch_")
    self.init(found)
  }
}
