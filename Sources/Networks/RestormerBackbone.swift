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
  /// Attention within windows, as no checkpoint can tell; nil for attention to the whole map.
  package var localStatistics: LocalStatistics?

  package init() {}

  /// The result of the coarsest level; and those of the three others, finest first, with the
  /// coarsest level's operand after them.
  /// - Parameters:
  ///   - time: of each image, (N), for blocks that take it.
  ///   - fusing: what becomes of the operand of a level but the first.
  func encoded(
    _ embedded: Tensor, _ w: Weights, time: Tensor? = nil, query: RestormerBlock.Query? = nil,
    fusing: (Int, Tensor) -> Tensor = { $1 }
  ) -> (latent: Tensor, skips: [Tensor]) {
    func level(_ level: Int, _ x: Tensor, _ w: Weights) -> Tensor {
      blocks(ofLevel: level, x, w, time: time, query: query)
    }
    let level1 = level(0, embedded, w.encoder_level1)
    let level2 = level(1, fusing(1, level1.downsampled(w.down1_2)), w.encoder_level2)
    let level3 = level(2, fusing(2, level2.downsampled(w.down2_3)), w.encoder_level3)
    let level4 = fusing(3, level3.downsampled(w.down3_4))
    let latent = level(3, level4, w.latent)
    return (latent, [level1, level2, level3, level4])
  }

  func blocks(
    ofLevel level: Int, _ x: Tensor, _ w: Weights, time: Tensor? = nil,
    query: RestormerBlock.Query? = nil
  ) -> Tensor {
    var block = block(ofLevel: level)
    block.time = time
    block.query = query
    return block.repeated(blocks[level], x, w)
  }

  func block(ofLevel level: Int) -> RestormerBlock {
    RestormerBlock(
      heads: heads[level], style: style, window: localStatistics?.window(atLevel: level))
  }
}
