import IR
import Tensors

/// RCAN, groups of residual blocks with channel attention.
///
/// Zhang, Li, Li, Wang, Zhong, Fu: Image Super-Resolution Using Very Deep Residual Channel
/// Attention Networks, ECCV 2018, arXiv 1807.02758.
package struct RCAN: ImageNetwork, Hashable {
  package static let name = "RCAN"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var features = 64
    package var groups = 10
    /// Blocks of each group.
    package var blocks = 20
    /// Channels between the two layers of the attention.
    package var squeezed = 4
    package var kernel = 3
    /// How often sides are enlarged at the end, and how many times each time.
    package var enlargements = [2, 2]
    /// The side of the squares of pixels that become channels at the beginning.
    package var unshuffling = 1
    /// Whether the mean colour is taken away, of pixels up to 255.
    package var isCentred = true

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let (features, kernel) = (configuration.features, configuration.kernel)
    let groups = configuration.groups
    let padded = image.padded(.reflect, toMultipleOf: sizeMultiple)
    let shallow = centred(padded, w).unshuffled(sizeMultiple)
      .conv(w.head[sizeMultiple > 1 ? 1 : 0], to: features, kernel: kernel)
    let deep = (0..<groups).reduce(shallow) { group($0, w.body[$1].body) }
    var x = shallow + deep.conv(w.body[groups], to: features, kernel: kernel)
    for (index, factor) in configuration.enlargements.enumerated() {
      x = x.conv(w.tail[0][2 * index], to: features * factor * factor, kernel: 3).shuffled(factor)
    }
    return restored(x.conv(w.tail[1], to: outputChannels, kernel: kernel), w)
      .cropped(height: scale * image.height, width: scale * image.width)
  }

  private func centred(_ image: Tensor, _ w: Weights) -> Tensor {
    configuration.isCentred ? (image * 255).conv(w.sub_mean, to: inputChannels) : image
  }

  private func restored(_ image: Tensor, _ w: Weights) -> Tensor {
    configuration.isCentred
      ? image.conv(w.add_mean, to: outputChannels) * Float(1.0 / 255) : image
  }

  private func group(_ x: Tensor, _ w: Weights) -> Tensor {
    let blocks = configuration.blocks
    return x
      + (0..<blocks).reduce(x) { block($0, w[$1].body) }
      .conv(w[blocks], to: x.channels, kernel: configuration.kernel)
  }

  /// A residual block with channel attention (RCAB).
  private func block(_ x: Tensor, _ w: Weights) -> Tensor {
    let kernel = configuration.kernel
    let y = x.conv(w[0], to: x.channels, kernel: kernel).relu
      .conv(w[2], to: x.channels, kernel: kernel)
    let attention = w[3].conv_du
    let gains = y.pooled.conv(attention[0], to: configuration.squeezed).relu
      .conv(attention[2], to: x.channels).sigmoid
    return x + y * gains
  }
}
