import IR
import Tensors

/// What LLaVA-1.5 sees: CLIP's image tower without its last layer, and the projector that makes
/// words of its patches.
///
/// Operand: `pixel_values` (N, 3, S, S), normalised by CLIP's mean and deviation. Result:
/// `image_features` (N, C, patches, 1) with the C features of the language model's words.
///
/// H. Liu et al., "Improved Baselines with Visual Instruction Tuning", CVPR 2024, section 3.2.
package struct LLaVAVision: Network, Hashable {
  package static let name = "LLaVAVision"

  /// The tower; of its layers those that are run.
  package let tower: CLIPVisionModel
  /// Features of a word.
  package let hiddenSize: Int

  package init(_ tower: CLIPVisionModel, hiddenSize: Int) {
    (self.tower, self.hiddenSize) = (tower, hiddenSize)
  }

  package var patches: Int { tower.configuration.patches }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    let w = trace.weights
    let image = operands.map("pixel_values", channels: inputChannels)
    let states = tower.hiddenStates(image, w.vision_tower.vision_model)
    let seen = states[states.count - 1].sliced(axis: 2, from: 1, count: patches)
    let hidden = seen.linear(w.multi_modal_projector.linear_1, to: hiddenSize).gelu
    return ["image_features": hidden.linear(w.multi_modal_projector.linear_2, to: hiddenSize)]
  }

  package var hyperparameters: [Hyperparameter] {
    tower.hyperparameters + [Hyperparameter("text_hidden_size", .integer(hiddenSize))]
  }

  package var inputChannels: Int { tower.configuration.numChannels }
  package var outputChannels: Int { 0 }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { true }

  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    tower.operands(batch: batch, height: height, width: width)
  }
}

extension LLaVAVision {
  /// Reads the metadata of a GGUF file of the tower (mmproj), whose last layer is left out already.
  package init(
    metadata fields: inout ConfigurationReader, hiddenSize: Int
  ) throws(ConfigurationError) {
    try fields.require("general.architecture", .string("clip"))
    try fields.require("clip.projector_type", .string("mlp"))
    var found = CLIPVisionModel.Configuration()
    found.encoder.hiddenSize = try fields.whole("clip.vision.embedding_length")
    found.encoder.intermediateSize = try fields.whole("clip.vision.feed_forward_length")
    found.encoder.numHiddenLayers = try fields.whole("clip.vision.block_count", in: 1...1000)
    found.encoder.numAttentionHeads = try fields.whole("clip.vision.attention.head_count")
    found.encoder.layerNormEps = Float(
      try fields.number("clip.vision.attention.layer_norm_epsilon", in: 1e-12...1))
    found.encoder.hiddenAct = try fields.flag("clip.use_gelu", default: false) ? .gelu : .quickGelu
    found.imageSize = try fields.whole("clip.vision.image_size", in: 1...4096)
    found.patchSize = try fields.whole("clip.vision.patch_size", in: 1...found.imageSize)
    guard found.encoder.hiddenSize % found.encoder.numAttentionHeads == 0 else {
      throw .field(
        "clip.vision.attention.head_count", expected: "a divisor of clip.vision.embedding_length")
    }
    self.init(CLIPVisionModel(found), hiddenSize: hiddenSize)
  }
}
