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

extension RestormerBackbone {
  static let guidedLevels = 4

  static func fusionPath(level: Int) -> String { "masa_blk_enc_level\(level + 1)" }

  /// A transformer block times alpha, added to what it is given; alpha is learned and starts at 0.
  func fused(_ joined: Tensor, level: Int, _ w: Weights) -> Tensor {
    block(ofLevel: level)(joined, w) * w.alpha(1) + joined
  }
}

extension Restormer: Guidable {
  package var guidedLevels: Int { RestormerBackbone.guidedLevels }
  package var guidedWidth: Int { configuration.backbone.dim }

  package func fusionPath(level: Int) -> String { RestormerBackbone.fusionPath(level: level) }

  package func fused(_ joined: Tensor, level: Int, _ w: Weights) -> Tensor {
    configuration.backbone.fused(joined, level: level, w)
  }
}

extension PromptIR: Guidable {
  package var guidedLevels: Int { RestormerBackbone.guidedLevels }
  package var guidedWidth: Int { configuration.backbone.dim }

  package func fusionPath(level: Int) -> String { RestormerBackbone.fusionPath(level: level) }

  package func fused(_ joined: Tensor, level: Int, _ w: Weights) -> Tensor {
    configuration.backbone.fused(joined, level: level, w)
  }
}

extension DRSformer: Guidable {
  package var guidedLevels: Int { RestormerBackbone.guidedLevels }
  package var guidedWidth: Int { configuration.backbone.dim }

  package func fusionPath(level: Int) -> String { RestormerBackbone.fusionPath(level: level) }

  package func fused(_ joined: Tensor, level: Int, _ w: Weights) -> Tensor {
    configuration.backbone.fused(joined, level: level, w)
  }
}
