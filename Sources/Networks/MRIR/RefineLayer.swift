import IR
import Tensors

/// The refine layer of MRIR: what CLIP sees in an image, token by token, as the context of a U-Net.
///
/// "MRIR: Integrating Multimodal Insights for Diffusion-based Realistic Image Restoration", 2024,
/// arXiv 2407.03635, section 3.2; the perceptron is that of ELITE (Y. Wei et al., ICCV 2023).
///
/// Operand: `last_hidden_state` (N, T, features) of CLIP's image tower.
/// Result: `image_encoder_hidden_states` (N, T, width).
package struct RefineLayer: RecognizableNetwork, Hashable {
  package static let name = "MRIR refine layer"

  package struct Configuration: Hashable, Sendable {
    /// Features of a token of the image tower.
    package var features = 1024
    /// Features of the hidden layers.
    package var hidden = 1024
    /// Linear layers before the last one.
    package var hiddenLayers = 2
    /// Features of a token of the context.
    package var width = 768

    package init() {}
  }

  package let configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    ["last_hidden_state": [batch, 257, configuration.features]]
  }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    let refined = operands.tokens("last_hidden_state", features: configuration.features)
      .perceptron(
        trace.weights, hidden: configuration.hidden, layers: configuration.hiddenLayers,
        to: configuration.width)
    return ["image_encoder_hidden_states": refined.sequence]
  }
}

extension RefineLayer {
  package var inputChannels: Int { configuration.features }
  package var outputChannels: Int { configuration.width }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { false }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("input_dim", .integer(configuration.features)),
      Hyperparameter("hidden_dim", .integer(configuration.hidden)),
      Hyperparameter("hidden_layers", .integer(configuration.hiddenLayers)),
      Hyperparameter("output_dim", .integer(configuration.width)),
    ]
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.features = try checkpoint.extent(1, of: "0.weight", rank: 2, as: "input_dim")
    found.hidden = try checkpoint.extent(0, of: "0.weight", rank: 2, as: "hidden_dim")
    (found.hiddenLayers, found.width) = try checkpoint.perceptron("")
    self.init(found)
  }
}
