import IR
import Tensors

/// EDSR, residual blocks without normalization.
///
/// Lim, Son, Kim, Nah, Lee: Enhanced Deep Residual Networks for Single Image Super-Resolution, CVPR
/// Workshops 2017, arXiv 1707.02921.
package struct EDSR: ImageNetwork, Hashable {
  package static let name = "EDSR"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var features = 64
    package var blocks = 16
    /// What the residuals of blocks are multiplied with. No checkpoint tells; networks in
    /// circulation of 256 channels and more have 0.1.
    package var residualScale: Float = 1
    /// How often sides are enlarged at the end, and how many times each time.
    package var enlargements = [2, 2]
    /// Whether layers take the mean colour away and add it; it is a known one otherwise.
    package var hasMeanLayers = true
    package var spelling = Spelling.official

    package init() {}
  }

  /// How a code base names the modules.
  package enum Spelling: CaseIterable, Hashable, Sendable {
    case official
    case basicSR
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let features = configuration.features
    let shallow = centred(image, w).conv(w.head[0], to: features, kernel: 3)
    let deep = (0..<configuration.blocks).reduce(shallow) { block($0, w.body[$1].body) }
    var x = shallow + deep.conv(w.body[configuration.blocks], to: features, kernel: 3)
    for (index, factor) in configuration.enlargements.enumerated() {
      x = x.conv(w.tail[0][2 * index], to: features * factor * factor, kernel: 3).shuffled(factor)
    }
    return restored(x.conv(w.tail[1], to: outputChannels, kernel: 3), w)
  }

  private func block(_ x: Tensor, _ w: Weights) -> Tensor {
    let y = x.conv(w[0], to: x.channels, kernel: 3).relu.conv(w[2], to: x.channels, kernel: 3)
    return x + (configuration.residualScale == 1 ? y : y * configuration.residualScale)
  }

  private func centred(_ image: Tensor, _ w: Weights) -> Tensor {
    configuration.hasMeanLayers
      ? (image * 255).conv(w.sub_mean, to: inputChannels)
      : image.centred(on: meanColour(channels: inputChannels), times: 255)
  }

  private func restored(_ image: Tensor, _ w: Weights) -> Tensor {
    configuration.hasMeanLayers
      ? image.conv(w.add_mean, to: outputChannels) * Float(1.0 / 255)
      : image.restored(to: meanColour(channels: outputChannels), from: 255)
  }
}
