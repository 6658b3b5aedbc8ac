import IR
import Tensors

/// CUNet, two U-Nets of convolutions without padding, one after the other: waifu2x's, and in larger
/// sizes Real-CUGAN.
///
/// Nagadomi: waifu2x, 2015 to 2018, https://github.com/nagadomi/waifu2x. Bilibili: Real-CUGAN,
/// 2022, https://github.com/bilibili/ailab.
package struct CUNet: ImageNetwork, Hashable {
  package static let name = "CUNet"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    /// Channels of the first layer; the others have multiples of it.
    package var features = 32
    /// How many times the first U-Net enlarges sides: 1 to 3.
    package var factor = 2
    /// How an image is made of what the second one gives.
    package var ending = Ending.plain
    /// Whether the U-Nets' layers weigh channels (SE).
    package var hasSqueeze = true
    /// Whether colours are moved towards the middle (pro).
    package var isNarrowed = false

    package init() {}
  }

  package enum Ending: Hashable, Sendable {
    /// It is one.
    case plain
    /// By a layer and a pixel shuffle, to be added to the image (4x).
    case shuffled
    /// Likewise, squares of pixels having become channels at the beginning (fast).
    case folded
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    if configuration.isNarrowed { _ = w.pro(1) }
    let image = configuration.isNarrowed ? image * 0.7 + 0.15 : image
    let inner =
      configuration.ending == .plain ? outputChannels : 2 * configuration.features
    let first = firstNet(padded(image).unshuffled(unshuffling), w.unet1, to: inner)
    let second = secondNet(first, w.unet2, to: inner) + first.trimmed(20)
    let result = ended(second, image, w)
    return configuration.isNarrowed ? (result + -0.15) * Float(1 / 0.7) : result
  }

  /// With what the convolutions take away around it.
  private func padded(_ image: Tensor) -> Tensor {
    let margin = self.margin
    func missing(_ extent: Int) -> Int {
      (extent + sizeMultiple - 1) / sizeMultiple * sizeMultiple - extent + margin
    }
    return image.reflected(
      by: Edges(
        top: margin, left: margin, bottom: missing(image.height), right: missing(image.width)))
  }

  /// The image of `x`, which covers `image` and may be larger at the bottom and on the right.
  private func ended(_ x: Tensor, _ image: Tensor, _ w: Weights) -> Tensor {
    let (height, width) = (scale * image.height, scale * image.width)
    guard configuration.ending != .plain else { return x.cropped(height: height, width: width) }
    return valid(x, w.conv_final, to: 4 * outputChannels).trimmed(1).pixelShuffled(2)
      .cropped(height: height, width: width) + image.enlarged(scale)
  }

  private func firstNet(_ x: Tensor, _ w: Weights, to out: Int) -> Tensor {
    let features = configuration.features
    let x1 = pair(x, w.conv1, features, 2 * features)
    let x2 = weighed(
      pair(lower(x1, w.conv1_down), w.conv2, 4 * features, 2 * features), w.conv2)
    let x3 = valid(x1.trimmed(4) + higher(x2, w.conv2_up), w.conv3, to: 2 * features)
      .leakyRelu(0.1)
    return switch configuration.factor {
    case 1: valid(x3, w.conv_bottom, to: out)
    case 2: x3.transposedConv(w.conv_bottom, to: out, kernel: 4, stride: 2, padding: 3)
    default: x3.transposedConv(w.conv_bottom, to: out, kernel: 5, stride: 3, padding: 2)
    }
  }

  private func secondNet(_ x: Tensor, _ w: Weights, to out: Int) -> Tensor {
    let features = configuration.features
    let x1 = pair(x, w.conv1, features, 2 * features)
    let x2 = weighed(
      pair(lower(x1, w.conv1_down), w.conv2, 2 * features, 4 * features), w.conv2)
    let x3 = weighed(
      pair(lower(x2, w.conv2_down), w.conv3, 8 * features, 4 * features), w.conv3)
    let x4 = weighed(
      pair(x2.trimmed(4) + higher(x3, w.conv3_up), w.conv4, 2 * features, 2 * features), w.conv4)
    let x5 = valid(x1.trimmed(16) + higher(x4, w.conv4_up), w.conv5, to: 2 * features)
      .leakyRelu(0.1)
    return valid(x5, w.conv_bottom, to: out)
  }

  private func valid(_ x: Tensor, _ w: Weights, to out: Int) -> Tensor {
    x.conv(w, to: out, kernel: 3, padding: 0)
  }

  private func pair(_ x: Tensor, _ w: Weights, _ inner: Int, _ out: Int) -> Tensor {
    valid(valid(x, w.conv[0], to: inner).leakyRelu(0.1), w.conv[2], to: out).leakyRelu(0.1)
  }

  private func lower(_ x: Tensor, _ w: Weights) -> Tensor {
    x.conv(w, to: x.channels, kernel: 2, stride: 2).leakyRelu(0.1)
  }

  private func higher(_ x: Tensor, _ w: Weights) -> Tensor {
    x.transposedConv(w, to: x.channels, kernel: 2, stride: 2).leakyRelu(0.1)
  }

  /// The channels times gains that their means make.
  private func weighed(_ x: Tensor, _ w: Weights) -> Tensor {
    guard configuration.hasSqueeze else { return x }
    return x
      * x.pooled.conv(w.seblock.conv1, to: x.channels / 8).relu
      .conv(w.seblock.conv2, to: x.channels).sigmoid
  }
}
