import IR
import Tensors

/// CLIP's image tower, a vision transformer.
///
/// Operand: `pixel_values` (N, 3, S, S), normalised by CLIP's mean and deviation. Results, with C
/// features a token: `last_hidden_state` (N, 1 + patches, C), not normalised, the token of the
/// whole image first; `pooler_output` (N, C), that token normalised; with a projection to P
/// features also `image_embeds` (N, P).
///
/// A. Radford et al., "Learning Transferable Visual Models From Natural Language Supervision",
/// ICML 2021; A. Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021.
package struct CLIPVisionModel: ConfiguredNetwork, Hashable {
  package static let name = "CLIPVisionModel"

  package struct Configuration: Hashable, Sendable {
    package var encoder = CLIPEncoder()
    package var numChannels = 3
    /// Height and width of the images, in pixels.
    package var imageSize = 224
    package var patchSize = 32
    /// Features of the projected image; nil without a projection.
    package var projectionDim: Int?

    /// ViT-B/32.
    package init() {}
  }

  package let configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    let (w, encoder) = (trace.weights.vision_model, configuration.encoder)
    let image = operands.map("pixel_values", channels: configuration.numChannels)
    let states = hiddenStates(image, w)
    let last = states[states.count - 1]
    let pooled = last.sliced(axis: 2, from: 0, count: 1)
      .layerNorm(w.post_layernorm, epsilon: encoder.layerNormEps)
    let pooler = pooled.reshaped(image.batch, pooled.channels)
    guard let features = configuration.projectionDim else {
      return ["last_hidden_state": last.sequence, "pooler_output": pooler]
    }
    let projected = pooled.linear(trace.weights.visual_projection, to: features, bias: false)
    return [
      "last_hidden_state": last.sequence, "pooler_output": pooler,
      "image_embeds": projected.reshaped(image.batch, features),
    ]
  }

  /// The tokens (N, C, 1 + patches, 1) that the layers make of an image, after every one of them;
  /// what the first one takes comes first.
  func hiddenStates(_ image: Tensor, _ w: Weights) -> [Tensor] {
    let tokens = embedded(image, w.embeddings)
      .layerNorm(w.pre_layrnorm, epsilon: configuration.encoder.layerNormEps)
    return configuration.encoder.hiddenStates(tokens, isCausal: false, w.encoder)
  }

  /// Patches after the token of the whole image, which starts as a parameter.
  private func embedded(_ image: Tensor, _ w: Weights) -> Tensor {
    let (size, features) = (configuration.patchSize, configuration.encoder.hiddenSize)
    let map = image.conv(w.patch_embedding, to: features, kernel: size, stride: size, bias: false)
    let patches = map.reshaped(map.batch, features, map.height * map.width, 1)
      .padded(.zero, Edges(top: 1))
    let positions = patches.positions(
      w.position_embedding, rows: configuration.patches + 1, count: patches.height)
    let whole = w.class_embedding(features).reshaped(1, features, 1, 1)
      .padded(.zero, Edges(bottom: patches.height - 1))
    return patches + (positions + whole)
  }
}
