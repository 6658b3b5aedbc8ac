import IR
import Tensors

extension NAFNet: Guidable {
  package var guidedLevels: Int { configuration.encoderBlocks.count + 1 }
  package var guidedWidth: Int { configuration.width }

  package func fusionPath(level: Int) -> String {
    level < configuration.encoderBlocks.count ? "masa_blk_enc.\(level)" : "masa_blk_middle.0"
  }

  package func fused(_ joined: Tensor, level: Int, blocks count: Int, _ w: Weights) -> Tensor {
    (0..<count).reduce(joined) { block($0, level: level, w[fusionPath(level: level)][$1]) }
  }
}

/// The public code's fusion blocks of the networks on Restormer's backbone.
extension Guidable where Self: RestormerFamily {
  package var guidedLevels: Int { 4 }
  package var guidedWidth: Int { configuration.backbone.dim }

  package func fusionPath(level: Int) -> String { "masa_blk_enc_level\(level + 1)" }

  /// Transformer blocks, each times alpha and added to what it is given; alpha is learned and
  /// starts at 0.
  package func fused(_ joined: Tensor, level: Int, blocks count: Int, _ w: Weights) -> Tensor {
    let block = configuration.backbone.block(ofLevel: level)
    return (0..<count).reduce(joined) { x, index in
      let weights = w[fusionPath(level: level)][index]
      return block(x, weights) * weights.alpha(1) + x
    }
  }
}

extension SFNet: Guidable {
  package var guidedLevels: Int { 3 }
  package var guidedWidth: Int { configuration.dim }

  package func fusionPath(level: Int) -> String { "\(fusionModule(level: level)).layers" }

  private func fusionModule(level: Int) -> String { "masa_blk_enc_level\(level + 1)" }

  /// The encoder's blocks, together times alpha and added to what they are given; alpha is learned
  /// and starts at 0.
  package func fused(_ joined: Tensor, level: Int, blocks count: Int, _ w: Weights) -> Tensor {
    let weights = w[fusionModule(level: level)]
    return blocks(count, joined, weights) * weights.alpha(1) + joined
  }
}

extension Restormer: Guidable {}
extension PromptIR: Guidable {}
extension DRSformer: Guidable {}
