import IR
import Tensors

/// DFT, the denoiser of C2F-DFT: Restormer's U-Net, told the time, that estimates noise.
///
/// Wang, Fu, Xu, Du, Ge, Wang: Learning a Coarse-to-Fine Diffusion Transformer for Image
/// Restoration, arXiv 2308.08730. Official code: wlydlut/C2F-DFT, `DFT_arch.py`.
package struct DFT: DenoisingNetwork, Hashable {
  package static let name = "C2F-DFT"

  package struct Configuration: RestormerConfiguration, Hashable, Sendable {
    /// The degraded image, then the noisy one.
    package var inputChannels = 6
    package var outputChannels = 3
    package var backbone = RestormerBackbone.plain
    /// Adds the embedded input instead of the noisy image.
    package var isDualPixel = false

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, time: Tensor, _ w: Weights) -> Tensor {
    let backbone = configuration.backbone
    let bias = backbone.style.bias
    let padded = image.padded(.reflect, toMultipleOf: sizeMultiple)
    let embedded = padded.conv(w.patch_embed.proj, to: backbone.dim, kernel: 3, bias: false)

    let (latent, skips) = backbone.encoded(embedded, w, time: time)
    var x = backbone.decoded(latent, skips, w, time: time)
    if configuration.isDualPixel {
      x = x + embedded.conv(w.skip_conv, to: 2 * backbone.dim, bias: bias)
    }
    x = x.conv(w.output, to: outputChannels, kernel: 3, bias: bias)
    let noise = configuration.isDualPixel ? x : x + padded.lastChannels(outputChannels)
    return noise.cropped(height: image.height, width: image.width)
  }
}

extension RestormerBackbone {
  /// C2F-DFT's: feed-forward networks without a gate, four times as wide.
  package static let plain = {
    var backbone = RestormerBackbone()
    backbone.style.expansion = Expansion(4)
    backbone.style.feedForward = .plain
    return backbone
  }()
}
