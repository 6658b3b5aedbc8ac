import IR
import Tensors

/// ControlNet: a copy of the U-Net's contracting half that sees an image and answers with a
/// residual for every skip of the U-Net and for its middle.
///
/// L. Zhang, A. Rao, M. Agrawala, "Adding Conditional Control to Text-to-Image Diffusion Models",
/// ICCV 2023, arXiv 2302.05543.
///
/// Operands: those of the U-Net, `controlnet_cond` (N, 3, 8 H, 8 W) in [0, 1], and optionally
/// `conditioning_scale` ([] or [N]), which multiplies the residuals. Results:
/// `down_block_res_samples.K`, finest first, and `mid_block_res_sample`; with
/// ``Configuration/hasRGBHeads`` also the heads' pictures `controlnet_cond_rgbs.K`, finest first.
package struct ControlNetModel: Network, Hashable {
  package static let name = "ControlNetModel"

  /// The fields of diffusers' `config.json`.
  package struct Configuration: Hashable, Sendable {
    package var backbone = UNetBackbone()
    package var conditioningChannels = 3
    /// Channels of the image's embedding; from each to the next the size halves.
    package var conditioningEmbeddingOutChannels = [16, 32, 96, 256]
    /// Whether the image's embedding can tell a picture at each size that it halves to: what PASD
    /// (ECCV 2024, arXiv 2308.14469, section 3.2) and MRIR train it with.
    package var hasRGBHeads = false

    /// Stable Diffusion 1.5.
    package init() {}
  }

  package let configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    if let flaw { return ["mid_block_res_sample": trace.refuse(Self.name, [], flaw)] }
    let (backbone, w) = (configuration.backbone, trace.weights)
    let sample = operands.map("sample", channels: backbone.inChannels)
    let image = operands.map("controlnet_cond", channels: configuration.conditioningChannels)
    let condition = backbone.condition(operands, batch: sample.batch, w)

    let (embedding, pictures) = embedded(image, w.controlnet_cond_embedding)
    let x = sample.conv(w.conv_in, to: backbone.blockOutChannels[0], kernel: 3) + embedding
    let (middle, skips) = backbone.contracted(x, condition, w)
    let scale =
      operands.has("conditioning_scale")
      ? operands.numbers("conditioning_scale", batch: sample.batch) : nil
    func residual(_ x: Tensor, _ w: Weights) -> Tensor {
      let residual = x.conv(w, to: x.channels)
      return scale.map { residual * $0.reshaped($0.shape.count, 1, 1, 1) } ?? residual
    }
    let residuals =
      skips.enumerated().map {
        ("down_block_res_samples.\($0)", residual($1, w.controlnet_down_blocks[$0]))
      } + [("mid_block_res_sample", residual(middle, w.controlnet_mid_block))]
    return Results(
      residuals + pictures.enumerated().map { ("controlnet_cond_rgbs.\($0)", $1) })
  }

  /// The image in the size and width of the first level, and what the heads see on the way there.
  private func embedded(_ image: Tensor, _ w: Weights) -> (embedding: Tensor, pictures: [Tensor]) {
    let widths = configuration.conditioningEmbeddingOutChannels
    var pictures: [Tensor] = []
    var x = image.conv(w.conv_in, to: widths[0], kernel: 3).silu
    for (level, (width, next)) in zip(widths, widths.dropFirst()).enumerated() {
      x = x.conv(w.blocks[2 * level], to: width, kernel: 3).silu
      x = x.conv(w.blocks[2 * level + 1], to: next, kernel: 3, stride: 2, padding: 1).silu
      if configuration.hasRGBHeads {
        pictures.append(
          x.conv(w.to_rgbs[level], to: configuration.conditioningChannels, kernel: 3))
      }
    }
    return (
      x.conv(w.conv_out, to: configuration.backbone.blockOutChannels[0], kernel: 3), pictures
    )
  }

  /// What is wrong with the configuration; nil when the network can be written.
  var flaw: String? {
    let widths = configuration.conditioningEmbeddingOutChannels
    guard (1...10).contains(widths.count), configuration.conditioningChannels > 0 else {
      return "conditioning_embedding_out_channels is \(widths)"
    }
    return configuration.backbone.flaw
  }
}

extension ControlNetModel {
  /// Side of the square of the image's pixels that one element of a latent stands for.
  package var pixelsPerLatent: Int {
    1 << (configuration.conditioningEmbeddingOutChannels.count - 1).clamped(to: 0...10)
  }

  package var inputChannels: Int { configuration.backbone.inChannels }
  /// Those of the last result.
  package var outputChannels: Int { configuration.backbone.blockOutChannels.last ?? 0 }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    configuration.backbone.hyperparameters + [
      Hyperparameter("conditioning_channels", .integer(configuration.conditioningChannels)),
      Hyperparameter(
        "conditioning_embedding_out_channels",
        .integers(configuration.conditioningEmbeddingOutChannels)),
    ] + (configuration.hasRGBHeads ? [Hyperparameter("to_rgbs", .flag(true))] : [])
  }

  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    var shapes = configuration.backbone.conditionShapes(batch: batch)
    shapes["sample"] = [batch, inputChannels, height, width]
    shapes["controlnet_cond"] = [
      batch, configuration.conditioningChannels, pixelsPerLatent * height,
      pixelsPerLatent * width,
    ]
    shapes["conditioning_scale"] = []
    return shapes
  }
}
