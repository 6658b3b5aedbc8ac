import IR
import Tensors

/// UpConv7, a few convolutions without padding and a transposed one, and VGG7, which ends in a
/// plain one: waifu2x's. The layers are numbered behind `net.`.
///
/// Nagadomi: waifu2x, 2015, https://github.com/nagadomi/waifu2x.
package struct UpConv7: ImageNetwork, Hashable {
  package static let name = "UpConv7"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    /// Channels of the layers but the last.
    package var widths = [16, 32, 64, 128, 128, 256]
    /// Whether the last layer doubles sides.
    package var doubles = true

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let widths = configuration.widths
    let features = widths.enumerated()
      .reduce(image.padded(.replicate, .all(widths.count + 1))) { x, layer in
        x.conv(w[2 * layer.offset], to: layer.element, kernel: 3, padding: 0).leakyRelu(0.1)
      }
    let last = w[2 * widths.count]
    return configuration.doubles
      ? features.transposedConv(last, to: outputChannels, kernel: 4, stride: 2, padding: 3)
      : features.conv(last, to: outputChannels, kernel: 3, padding: 0)
  }
}
