import IR
import Tensors

/// LMDIR, a Restormer steered by what is wrong with the image, what it shows, and a clean reference
/// image.
///
/// "LMDIR", arXiv 2407.13181; equations 1 to 29. Where they leave something open, ``Reading`` says
/// how it is understood here.
///
/// Operands: `image` (N, 3, H, W) and `reference_image` of the same size; `degradation_embeds` and
/// `content_embeds` (N, T, text width), CLIP's last hidden states of the two descriptions.
/// Result: `output`, (N, 3, H, W).
package struct LMDIR: RecognizableNetwork, Hashable {
  package static let name = "LMDIR"

  package struct Configuration: RestormerConfiguration, Hashable, Sendable {
    package var inputChannels = 3
    package var outputChannels = 3
    package var backbone = RestormerBackbone()
    package var refinementBlocks = 4
    /// Features of a token of text.
    package var textWidth = 768
    /// Learned queries of the prompt encoder, and the heads of its attentions.
    package var queries = 16
    package var promptHeads = 8
    package var reading = Reading()

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    let text: Shape = [batch, 77, configuration.textWidth]
    let image: Shape = [batch, inputChannels, height, width]
    return [
      "image": image, "reference_image": image, "degradation_embeds": text, "content_embeds": text,
    ]
  }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    let restored = self(
      operands("image", rank: 4), reference: operands("reference_image", rank: 4),
      degradation: operands("degradation_embeds", rank: 3).tokens,
      content: operands("content_embeds", rank: 3).tokens, trace.weights)
    return ["output": restored]
  }

  /// - Parameters:
  ///   - degradation: tokens (N, text width, T, 1).
  ///   - content: likewise.
  func callAsFunction(
    _ image: Tensor, reference: Tensor, degradation: Tensor, content: Tensor, _ w: Weights
  ) -> Tensor {
    let backbone = configuration.backbone
    let (dim, bias) = (backbone.dim, backbone.style.bias)
    let padded = image.padded(.reflect, toMultipleOf: sizeMultiple)
    let clean = reference.padded(.reflect, toMultipleOf: sizeMultiple)
    let prior = prompt(
      degradation, imageFeature(padded, w.image_encoder), w.prompt_encoder)

    var x = padded.conv(w.patch_embed.proj, to: dim, kernel: 3, bias: false)
    let level1 = encoded(x, level: 0, prior, w.encoder_level1)
    let level2 = encoded(level1.downsampled(w.down1_2), level: 1, prior, w.encoder_level2)
    let level3 = encoded(level2.downsampled(w.down2_3), level: 2, prior, w.encoder_level3)
    x = (0..<backbone.blocks[3]).reduce(level3.downsampled(w.down3_4)) {
      contentAware(backbone.block(ofLevel: 3), $0, content, w.latent[$1])
    }
    x = x.upsampled(w.up4_3).concatenated(with: level3)
      .conv(w.reduce_chan_level3, to: 4 * dim, bias: bias)
    x = decoded(x, level: 2, clean, w.phi3, w.decoder_level3)
    x = x.upsampled(w.up3_2).concatenated(with: level2)
      .conv(w.reduce_chan_level2, to: 2 * dim, bias: bias)
    x = decoded(x, level: 1, clean, w.phi2, w.decoder_level2)
    x = x.upsampled(w.up2_1).concatenated(with: level1)
    x = decoded(x, level: 0, clean, w.phi1, w.decoder_level1)
    x = backbone.block(ofLevel: 0).repeated(configuration.refinementBlocks, x, w.refinement)

    let restored = x.conv(w.output, to: outputChannels, kernel: 3, bias: bias) + padded
    return restored.cropped(height: image.height, width: image.width)
  }

  private func encoded(_ x: Tensor, level: Int, _ prior: Tensor, _ w: Weights) -> Tensor {
    (0..<configuration.backbone.blocks[level]).reduce(x) {
      degradationAware(configuration.backbone.block(ofLevel: level), $0, prior, w[$1])
    }
  }

  /// The blocks of a decoder level, which share one embedding of the reference image.
  private func decoded(
    _ x: Tensor, level: Int, _ reference: Tensor, _ phi: Weights, _ w: Weights
  ) -> Tensor {
    let reduced =
      level == 0
      ? reference
      : reference.resized(
        .bilinear, height: x.height, width: x.width)
    let embedded = reduced.conv(phi, to: x.channels / 2, kernel: 3, bias: false)
    return (0..<configuration.backbone.blocks[level]).reduce(x) {
      referenceBased(configuration.backbone.block(ofLevel: level), $0, embedded, w[$1])
    }
  }
}

extension Tensor {
  /// A sequence (N, T, C) as tokens (N, C, T, 1).
  var tokens: Tensor { transposed(0, 2, 1).reshaped(shape[0], shape[2], shape[1], 1) }
}
