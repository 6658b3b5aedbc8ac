import IR
import Tensors

/// DRSformer, Restormer with sparse attention, feed-forward networks of two scales, and a mixture
/// of experts before the first and after the last level.
///
/// Chen, Li, Li, Pan: Learning A Sparse Transformer Network for Effective Image Deraining, CVPR
/// 2023, arXiv 2303.11950. Official code: cschenxiang/DRSformer.
package struct DRSformer: ImageNetwork, Hashable {
  package static let name = "DRSformer"

  package struct Configuration: RestormerConfiguration, Hashable, Sendable {
    package var channels = 3
    package var backbone = RestormerBackbone.sparse
    /// Whether there are the experts, which the variant for Rain200L and SPA-Data leaves out.
    package var hasExperts = true

    package var inputChannels: Int { channels }
    package var outputChannels: Int { channels }

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
    let bias = backbone.style.bias
    let embedded = padded.conv(w.patch_embed.proj, to: backbone.dim, kernel: 3, bias: false)

    let (latent, skips) = backbone.encoded(
      fusing(0, compensated(embedded, w.encoder_level0)), w, fusing: fusing)
    let x = compensated(backbone.decoded(latent, skips, w), w.refinement)
    return x.conv(w.output, to: outputChannels, kernel: 3, bias: bias) + padded
  }

  private func compensated(_ x: Tensor, _ w: Weights) -> Tensor {
    configuration.hasExperts ? x.compensatedByExperts(w.layers) : x
  }
}

extension RestormerBackbone {
  /// DRSformer's: attention to the most similar channels, feed-forward networks of two scales.
  package static let sparse = {
    var backbone = RestormerBackbone()
    backbone.style.feedForward = .mixedScale
    backbone.style.isSparse = true
    return backbone
  }()
}
