import IR
import Tensors

/// SRVGGNetCompact, plain layers at the size of the image: the small network of Real-ESRGAN.
///
/// Wang, Xie, Dong, Shan: Real-ESRGAN: Training Real-World Blind Super-Resolution with Pure
/// Synthetic Data, ICCV Workshops 2021, arXiv 2107.10833. The layers are numbered behind `body.`.
package struct SRVGGNetCompact: ImageNetwork, Hashable {
  package static let name = "SRVGGNetCompact"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var features = 64
    /// Layers between the first and the last.
    package var layers = 16
    package var scale = 4

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let last = configuration.layers + 1
    let x = (0..<last).reduce(image) {
      $0.conv(w[2 * $1], to: configuration.features, kernel: 3).prelu(w[2 * $1 + 1])
    }
    return x.conv(w[2 * last], to: outputChannels * scale * scale, kernel: 3).shuffled(scale)
      + image.enlarged(scale)
  }
}
