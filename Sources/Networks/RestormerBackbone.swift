import IR
import Tensors

/// The encoder of Restormer and the sizes that its decoder shares with it.
package struct RestormerBackbone: Hashable, Sendable {
  /// Channels of the first level; each of the other three doubles them.
  package var dim = 48
  /// Transformer blocks of each level, finest first; four levels.
  package var blocks = [4, 6, 6, 8]
  /// Attention heads of each level; they divide its channels.
  package var heads = [1, 2, 4, 8]
  package var style = RestormerStyle()

  package init() {}

  /// The result of the coarsest level, and of the three others, finest first.
  func encoded(_ embedded: Tensor, _ w: Weights) -> (latent: Tensor, skips: [Tensor]) {
    let level1 = blocks(ofLevel: 0, embedded, w.encoder_level1)
    let level2 = blocks(ofLevel: 1, level1.downsampled(w.down1_2), w.encoder_level2)
    let level3 = blocks(ofLevel: 2, level2.downsampled(w.down2_3), w.encoder_level3)
    let latent = blocks(ofLevel: 3, level3.downsampled(w.down3_4), w.latent)
    return (latent, [level1, level2, level3])
  }

  func blocks(ofLevel level: Int, _ x: Tensor, _ w: Weights) -> Tensor {
    block(ofLevel: level).repeated(blocks[level], x, w)
  }

  func block(ofLevel level: Int) -> RestormerBlock {
    RestormerBlock(heads: heads[level], style: style)
  }
}
