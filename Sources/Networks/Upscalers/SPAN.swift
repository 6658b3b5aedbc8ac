import IR
import Tensors

/// SPAN, blocks that weigh their own features by what they look like, without parameters for it.
///
/// Wan, Yu, Wu, Sun, Zhang: Swift Parameter-free Attention Network for Efficient Super-Resolution,
/// CVPR Workshops 2024, arXiv 2311.12770.
package struct SPAN: ImageNetwork, Hashable {
  package static let name = "SPAN"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var features = 48
    package var scale = 4
    /// Whether the mean colour is taken away at the beginning.
    package var isCentred = true
    /// Whether layers are stored as the branches that they were trained as.
    package var hasBranches = true

    package init() {}
  }

  /// Colours of the training pictures; their range is 255.
  static let means: [Float] = [0.4488, 0.4371, 0.4040]

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    if !configuration.isCentred { _ = w.no_norm(1) }
    let x = configuration.isCentred ? image.centred(on: Self.means, times: 255) : image
    let shallow = layer(x, w.conv_1)
    let first = block(shallow, w.block_1)
    let fifth = (2...5).reduce(first.result) { block($0, w["block_\($1)"]).result }
    let sixth = block(fifth, w.block_6)
    return
      shallow
      .concatenated(with: layer(sixth.result, w.conv_2), first.result, sixth.early)
      .conv(w.conv_cat, to: configuration.features)
      .conv(w.upsampler[0], to: outputChannels * scale * scale, kernel: 3).shuffled(scale)
  }

  /// A block (SPAB), and what its first layer makes.
  private func block(_ x: Tensor, _ w: Weights) -> (result: Tensor, early: Tensor) {
    let early = layer(x, w.c1_r).silu
    let late = layer(layer(early, w.c2_r).silu, w.c3_r)
    return ((late + x) * (late.sigmoid + -0.5), early)
  }

  /// A 3 x 3 convolution, trained as branches.
  private func layer(_ x: Tensor, _ w: Weights) -> Tensor {
    configuration.hasBranches
      ? x.mergedConv(w, to: configuration.features)
      : x.conv(w.eval_conv, to: configuration.features, kernel: 3)
  }
}

extension Tensor {
  /// A 3 x 3 convolution whose filters are those of a 1 x 1, a 3 x 3 and a 1 x 1 convolution in a
  /// row (`w.conv`), twice as wide between them, and of a 1 x 1 convolution beside (`w.sk`).
  fileprivate func mergedConv(_ w: Weights, to out: Int) -> Tensor {
    let (inner, outer) = (2 * channels, 2 * out)
    let narrow = w.conv[0].weight(inner, channels, 1, 1)
    let middle = w.conv[1].weight(outer, inner, 3, 3)
    let last = w.conv[2].weight(out, outer, 1, 1)
    // Filters are pictures of 3 x 3 pixels, on which the 1 x 1 convolutions act.
    let filters = middle.filtered(narrow.transposed(1, 0, 2, 3)).transposed(1, 0, 2, 3)
      .filtered(last).transposed(1, 0, 2, 3)
    // The bias goes through as a picture of a single colour does.
    let bias = w.conv[0].bias(inner).reshaped(1, inner, 1, 1)
      .filtered(middle.pooled * 9, w.conv[1].bias(outer))
      .filtered(last, w.conv[2].bias(out)).reshaped(out)
    let beside = w.sk.weight(out, channels, 1, 1).padded(.zero, .all(1))
    let op = Convolution(padding: .all(1))
    return apply(.convolution(op), [filters + beside, bias + w.sk.bias(out)], path: w.path)
  }

  private func filtered(_ operands: Tensor...) -> Tensor {
    apply(.convolution(Convolution()), operands)
  }
}
