import IR
import Tensors

extension NAFNet: Guidable {
  package var guidedLevels: Int { configuration.encoderBlocks.count + 1 }
  package var guidedWidth: Int { configuration.width }

  package func fusionPath(level: Int) -> String {
    level < configuration.encoderBlocks.count ? "masa_blk_enc.\(level)" : "masa_blk_middle.0"
  }

  package func fused(_ joined: Tensor, level: Int, _ w: Weights) -> Tensor {
    block(joined, level: level, w)
  }
}

/// The public code's fusion blocks of the networks on Restormer's backbone.
extension Guidable where Self: RestormerFamily {
  package var guidedLevels: Int { 4 }
  package var guidedWidth: Int { configuration.backbone.dim }

  package func fusionPath(level: Int) -> String { "masa_blk_enc_level\(level + 1)" }

  /// A transformer block times alpha, added to what it is given; alpha is learned and starts at 0.
  package func fused(_ joined: Tensor, level: Int, _ w: Weights) -> Tensor {
    configuration.backbone.block(ofLevel: level)(joined, w) * w.alpha(1) + joined
  }
}

extension Restormer: Guidable {}
extension PromptIR: Guidable {}
extension DRSformer: Guidable {}
