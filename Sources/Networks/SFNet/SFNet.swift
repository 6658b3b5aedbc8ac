import IR
import Tensors

/// SFNet, a U-Net that splits its features into low and high frequencies and weighs them.
///
/// Cui, Tao, Bing, Ren, Gao, Cao, Huang, Knoll: Selective Frequency Network for Image Restoration,
/// ICLR 2023. Official code: c-yn/SFNet.
package struct SFNet: ImageNetwork, Hashable {
  package static let name = "SFNet"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    /// Channels of the first of three levels; each of the others doubles them.
    package var dim = 32
    /// Residual blocks of every level of encoder and decoder.
    package var blocks = 16
    /// Groups of channels that share a dynamic filter.
    package var filterGroups = 8
    package var pooling = Pooling.whole

    package init() {}
  }

  /// What the low frequencies are the means of.
  package enum Pooling: Hashable, Sendable {
    case whole
    /// Windows of `base` / 256 of each side of the map: the published models are tested so, with
    /// another base for each data set; no checkpoint tells it.
    case windows(base: Int)
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
    let dim = configuration.dim
    let layers = w.feat_extract
    declareUnread(w)
    let half = padded.halved
    let quarter = half.halved

    let level1 = blocks(
      fusing(0, padded.activated(layers[0], to: dim, kernel: 3)), w.Encoder[0])
    let level2 = blocks(
      fusing(1, level1.activated(layers[1], to: 2 * dim, kernel: 3, stride: 2))
        .merged(with: half.embedded(w.SCM2, to: 2 * dim), w.FAM2),
      w.Encoder[1])
    let level3 = blocks(
      fusing(2, level2.activated(layers[2], to: 4 * dim, kernel: 3, stride: 2))
        .merged(with: quarter.embedded(w.SCM1, to: 4 * dim), w.FAM1),
      w.Encoder[2])

    var x = blocks(level3, w.Decoder[0])
    x = x.transposedConv(layers[3].main[0], to: 2 * dim, kernel: 4, stride: 2, padding: 1).gelu
      .concatenated(with: level2).activated(w.Convs[0], to: 2 * dim)
    x = blocks(x, w.Decoder[1])
    x = x.transposedConv(layers[4].main[0], to: dim, kernel: 4, stride: 2, padding: 1).gelu
      .concatenated(with: level1).activated(w.Convs[1], to: dim)
    x = blocks(x, w.Decoder[2])
    return x.conv(layers[5].main[0], to: outputChannels, kernel: 3) + padded
  }

  private func blocks(_ x: Tensor, _ w: Weights) -> Tensor { blocks(configuration.blocks, x, w) }

  /// Residual blocks, the last of them with dynamic filters.
  func blocks(_ count: Int, _ x: Tensor, _ w: Weights) -> Tensor {
    (0..<count).reduce(x) { residual($0, w.layers[$1], filters: $1 == count - 1) }
  }

  /// The results at lower resolutions, which training alone looks at.
  private func declareUnread(_ w: Weights) {
    for (level, width) in [4 * configuration.dim, 2 * configuration.dim].enumerated() {
      let layer = w.ConvsOut[level].main[0]
      _ = layer.weight(outputChannels, width, 3, 3)
      _ = layer.bias(outputChannels)
    }
  }
}

extension Tensor {
  /// Every second row and column.
  fileprivate var halved: Tensor {
    resized(.nearest, height: max(height / 2, 1), width: max(width / 2, 1))
  }

  /// A convolution and GELU.
  func activated(_ w: Weights, to out: Int, kernel: Int = 1, stride: Int = 1) -> Tensor {
    conv(w.main[0], to: out, kernel: kernel, stride: stride, padding: kernel / 2).gelu
  }

  /// The shallow features of a smaller image (SCM).
  fileprivate func embedded(_ w: Weights, to out: Int) -> Tensor {
    activated(w.main[0], to: out / 4, kernel: 3).activated(w.main[1], to: out / 2)
      .activated(w.main[2], to: out / 2, kernel: 3).conv(w.main[3].main[0], to: out)
      .groupNorm(w.main[4], groups: out, epsilon: 1e-5)
  }

  /// Both features as one (FAM).
  fileprivate func merged(with other: Tensor, _ w: Weights) -> Tensor {
    concatenated(with: other).conv(w.merge.main[0], to: channels, kernel: 3)
  }
}
