import IR
import Tensors

/// RRDBNet, the generator of ESRGAN: densely connected blocks within residual blocks.
///
/// Wang, Yu, Wu, Gu, Liu, Dong, Qiao, Loy: ESRGAN: Enhanced Super-Resolution Generative Adversarial
/// Networks, ECCV Workshops 2018, arXiv 1809.00219. Unshuffled images: Wang, Xie, Dong, Shan:
/// Real-ESRGAN, ICCV Workshops 2021, arXiv 2107.10833. Further shortcuts: Rakotonirina, Rasoanaivo:
/// ESRGAN+, ICASSP 2020, arXiv 2001.08073.
package struct RRDBNet: ImageNetwork, Hashable {
  package static let name = "RRDBNet"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var inputChannels = 3
    package var outputChannels = 3
    package var features = 64
    /// Channels that each layer of a dense block adds.
    package var growth = 32
    package var blocks = 23
    /// How often the features' sides are doubled at the end.
    package var doublings = 2
    /// The side of the squares of pixels that become channels at the beginning.
    package var unshuffling = 1
    /// Whether dense blocks have the shortcuts of ESRGAN+.
    package var hasShortcuts = false
    package var spelling = Spelling.realESRGAN

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let features = configuration.features
    let folded = image.padded(.reflect, toMultipleOf: sizeMultiple).unshuffled(sizeMultiple)
    let shallow = folded.conv(w.conv_first, to: features, kernel: 3)
    let trunk = (0..<configuration.blocks).reduce(shallow) { residual($0, w.body[$1]) }
    var x = shallow + trunk.conv(w.conv_body, to: features, kernel: 3)
    for doubling in 0..<configuration.doublings {
      x = x.enlarged(2).conv(w["conv_up\(doubling + 1)"], to: features, kernel: 3).leakyRelu(0.2)
    }
    return x.conv(w.conv_hr, to: features, kernel: 3).leakyRelu(0.2)
      .conv(w.conv_last, to: outputChannels, kernel: 3)
      .cropped(height: scale * image.height, width: scale * image.width)
  }

  /// A residual of three dense blocks (RRDB).
  private func residual(_ x: Tensor, _ w: Weights) -> Tensor {
    x + (1...3).reduce(x) { dense($0, w["rdb\($1)"]) } * 0.2
  }

  /// Five layers, each of which sees what all before it have made.
  private func dense(_ x: Tensor, _ w: Weights) -> Tensor {
    var seen = x
    var second: Tensor?
    for layer in 1...4 {
      var next = seen.conv(w["conv\(layer)"], to: configuration.growth, kernel: 3).leakyRelu(0.2)
      if configuration.hasShortcuts, layer == 2 {
        next = next + x.conv(w.conv1x1, to: configuration.growth, bias: false)
        second = next
      }
      if let second, layer == 4 { next = next + second }
      seen = seen.concatenated(with: next)
    }
    return x + seen.conv(w.conv5, to: x.channels, kernel: 3) * 0.2
  }
}
