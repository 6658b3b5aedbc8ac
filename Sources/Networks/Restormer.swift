import IR
import Tensors

/// Restormer, a U-Net of transformers whose attention runs across channels.
///
/// Zamir, Arora, Khan, Hayat, Khan, Yang: Restormer: Efficient Transformer for High-Resolution
/// Image Restoration, CVPR 2022, arXiv 2111.09881.
package struct Restormer: ImageNetwork, Hashable {
  package static let name = "Restormer"

  package struct Configuration: RestormerConfiguration, Hashable, Sendable {
    package var inputChannels = 3
    package var outputChannels = 3
    package var backbone = RestormerBackbone()
    package var refinementBlocks = 4
    /// Adds the embedded views of a dual-pixel camera (six channels) instead of the image.
    package var isDualPixel = false

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    restored(image.padded(.reflect, toMultipleOf: sizeMultiple), w) { $1 }
      .cropped(height: image.height, width: image.width)
  }

  package func restored(
    _ padded: Tensor, _ w: Weights, fusing: (Int, Tensor) -> Tensor
  ) -> Tensor {
    let backbone = configuration.backbone
    let style = backbone.style
    let embedded = fusing(
      0, padded.conv(w.patch_embed.proj, to: backbone.dim, kernel: 3, bias: false))

    let (latent, skips) = backbone.encoded(embedded, w, fusing: fusing)
    var x = backbone.decoded(latent, skips, w)
    x = backbone.block(ofLevel: 0).repeated(configuration.refinementBlocks, x, w.refinement)

    if configuration.isDualPixel {
      x = x + embedded.conv(w.skip_conv, to: 2 * backbone.dim, bias: style.bias)
    }
    x = x.conv(w.output, to: outputChannels, kernel: 3, bias: style.bias)
    return configuration.isDualPixel ? x : x + padded
  }
}
