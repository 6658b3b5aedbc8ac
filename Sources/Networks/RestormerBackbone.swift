import IR
import Tensors

/// The encoder and the decoder of Restormer.
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

  /// The decoder without refinement: the finest level's result, 2 `dim` channels.
  /// - Parameters:
  ///   - latent: the result of the coarsest level.
  ///   - skips: those of the others, finest first.
  ///   - time: of each image, (N), for blocks that take it.
  func decoded(_ latent: Tensor, _ skips: [Tensor], _ w: Weights, time: Tensor? = nil) -> Tensor {
    var x = latent.upsampled(w.up4_3).concatenated(with: skips[2])
      .conv(w.reduce_chan_level3, to: 4 * dim, bias: style.bias)
    x = blocks(ofLevel: 2, x, w.decoder_level3, time: time)
    x = x.upsampled(w.up3_2).concatenated(with: skips[1])
      .conv(w.reduce_chan_level2, to: 2 * dim, bias: style.bias)
    x = blocks(ofLevel: 1, x, w.decoder_level2, time: time)
    x = x.upsampled(w.up2_1).concatenated(with: skips[0])
    return blocks(ofLevel: 0, x, w.decoder_level1, time: time)
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
