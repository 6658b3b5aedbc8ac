import IR
import Tensors

/// The encoder whose features tell what resembles what: residual blocks on every level, each level
/// half the size and twice the channels of the one before. After MASA-SR (Lu et al., CVPR 2021).
struct FeatureEncoder {
  /// Channels of the first level.
  let dim: Int
  /// Residual blocks of each level, finest first.
  let blocks: [Int]

  /// Features (N, `dim` 2^l, H / 2^l, W / 2^l) of every level l.
  func callAsFunction(_ image: Tensor, _ w: Weights) -> [Tensor] {
    var features: [Tensor] = []
    for (level, count) in blocks.enumerated() {
      let x = (features.last ?? image).conv(
        w["conv_L\(level + 1)"], to: dim << level, kernel: 3, stride: level == 0 ? 1 : 2,
        padding: 1)
      features.append(
        (0..<count).reduce(x.relu) { residual($0, w["blk_L\(level + 1)"][$1]) })
    }
    return features
  }

  private func residual(_ x: Tensor, _ w: Weights) -> Tensor {
    x.conv(w.conv1, to: x.channels, kernel: 3).relu.conv(w.conv2, to: x.channels, kernel: 3) + x
  }
}
