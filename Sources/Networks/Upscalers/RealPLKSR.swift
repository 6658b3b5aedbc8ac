import IR
import Tensors

/// RealPLKSR, blocks with a large kernel on a part of their channels.
///
/// Lee, Yun, Ro: Partial Large Kernel CNNs for Efficient Super-Resolution, arXiv 2404.11848, in the
/// form of the authors' later code. The modules are numbered behind `feats.`.
package struct RealPLKSR: ImageNetwork, Hashable {
  package static let name = "RealPLKSR"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var dim = 64
    package var blocks = 28
    package var scale = 4
    /// The side of the large kernel.
    package var kernel = 17
    /// Channels, the first ones, that it sees.
    package var largeChannels = 16
    /// Whether features are weighed by a gate (EA).
    package var isGated = true
    package var norm = Norm.group

    package init() {}
  }

  /// How a block normalises.
  package enum Norm: Hashable, Sendable {
    /// At its end, in four groups of channels, over the whole map.
    case group
    /// At its beginning, over the channels.
    case layer
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let blocks = configuration.blocks
    let shallow = image.conv(w[0], to: configuration.dim, kernel: 3)
    return (0..<blocks).reduce(shallow) { block($0, w[$1 + 1]) }
      .conv(w[blocks + 2], to: outputChannels * scale * scale, kernel: 3).shuffled(scale)
      + image.enlarged(scale)
  }

  private func block(_ x: Tensor, _ w: Weights) -> Tensor {
    let dim = configuration.dim
    let normalized =
      configuration.norm == .layer ? x.layerNorm(w.layer_norm, epsilon: 1e-6) : x
    var y = normalized.conv(w.channel_mixer[0], to: 2 * dim, kernel: 3).mish
      .conv(w.channel_mixer[2], to: dim, kernel: 3)
    y = large(y, w.lk.conv)
    if configuration.isGated { y = y * y.conv(w.attn.f[0], to: dim, kernel: 3).sigmoid }
    y = y.conv(w.refine, to: dim)
    if configuration.norm == .group { y = y.groupNorm(w.norm, groups: 4, epsilon: 1e-5) }
    return x + y
  }

  /// The large kernel on the first channels.
  private func large(_ x: Tensor, _ w: Weights) -> Tensor {
    let (seen, dim) = (configuration.largeChannels, configuration.dim)
    let convolved = x.sliced(axis: 1, from: 0, count: seen)
      .conv(w, to: seen, kernel: configuration.kernel)
    return seen == dim ? convolved : convolved.concatenated(with: x.lastChannels(dim - seen))
  }
}
