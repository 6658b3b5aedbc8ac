import IR
import Tensors

/// NAFNet, a U-Net of blocks without activation functions.
///
/// Chen, Chu, Zhang, Sun: Simple Baselines for Image Restoration, ECCV 2022, arXiv 2204.04676.
package struct NAFNet: ImageNetwork, Hashable {
  package static let name = "NAFNet"

  package struct Configuration: Hashable, Sendable {
    package var inputChannels = 3
    /// The last channels of the input, as many as these, are the image that is restored; those
    /// before them condition it.
    package var outputChannels = 3
    /// Channels of the first level; each level doubles them.
    package var width = 32
    /// Blocks of each encoder level, finest first.
    package var encoderBlocks = [2, 2, 4, 8]
    package var middleBlocks = 12
    /// Blocks of each decoder level, coarsest first; as many levels as the encoder has.
    package var decoderBlocks = [2, 2, 2, 2]
    /// Channel attention from local means, as no checkpoint can tell (`NAFNetLocal`); nil for
    /// means of the whole image.
    package var localStatistics: LocalStatistics?

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    restored(image.padded(.zero, toMultipleOf: sizeMultiple), w) { $1 }
      .cropped(height: image.height, width: image.width)
  }

  package func restored(
    _ padded: Tensor, _ w: Weights, fusing: (Int, Tensor) -> Tensor
  ) -> Tensor {
    var x = padded.conv(w.intro, to: configuration.width, kernel: 3)
    var skips: [Tensor] = []
    for (level, count) in configuration.encoderBlocks.enumerated() {
      x = blocks(count, level, fusing(level, x), w.encoders[level])
      skips.append(x)
      x = x.conv(w.downs[level], to: 2 * x.channels, kernel: 2, stride: 2)
    }
    let levels = skips.count
    x = blocks(configuration.middleBlocks, levels, fusing(levels, x), w.middle_blks)
    for (level, (count, skip)) in zip(configuration.decoderBlocks, skips.reversed()).enumerated() {
      x = x.conv(w.ups[level][0], to: 2 * x.channels, bias: false).pixelShuffled(2) + skip
      x = blocks(count, levels - 1 - level, x, w.decoders[level])
    }
    return x.conv(w.ending, to: outputChannels, kernel: 3) + padded.lastChannels(outputChannels)
  }

  private func blocks(_ count: Int, _ level: Int, _ x: Tensor, _ w: Weights) -> Tensor {
    (0..<count).reduce(x) { block($0, level: level, w[$1]) }
  }

  func block(_ x: Tensor, level: Int, _ w: Weights) -> Tensor {
    nafBlock(x, w, window: configuration.localStatistics?.window(atLevel: level))
  }
}

/// NAFBlock: simplified channel attention and a gated feed-forward, each a scaled residual.
/// - Parameter window: side of the windows that the attention's means are taken over.
private func nafBlock(_ x: Tensor, _ w: Weights, window: Int?) -> Tensor {
  let c = x.channels
  let mixed = x.layerNorm(w.norm1, epsilon: 1e-6)
    .conv(w.conv1, to: 2 * c)
    .conv(w.conv2, to: 2 * c, kernel: 3, groups: 2 * c)
    .simpleGate
  let attention = mixed.pooled(within: window).conv(w.sca[1], to: c).spread(over: mixed)
  let attended = (mixed * attention).conv(w.conv3, to: c)
  let y = x + attended * w.beta(1, c, 1, 1)
  let fed = y.layerNorm(w.norm2, epsilon: 1e-6)
    .conv(w.conv4, to: 2 * c)
    .simpleGate
    .conv(w.conv5, to: c)
  return y + fed * w.gamma(1, c, 1, 1)
}

extension Tensor {
  /// SimpleGate: the product of the two halves of the channels.
  fileprivate var simpleGate: Tensor {
    let halves = split(2)
    return halves[0] * halves[1]
  }
}
