import IR
import Tensors

/// A restoration network that takes from a guidance image, patch by patch, what matches: dynamic
/// aggregation of TextualDegRemoval.
///
/// Lin, Yue et al., "Improving Image Restoration through Removing Degradations in Textual
/// Representations", CVPR 2024, section 3.3 and equation 4. Official code:
/// mrluin/TextualDegRemoval, `NAFNetRefFusion`, `RestormerRefFusion`, `PromptIRRefFusion`,
/// `DRSformerRefFusion` and `SFNetRefFusion`, with the mends of design note 0090.
///
/// Operands: `image` (N, C, H, W) and `reference_image` (N, C, H', W'), whose size is free.
/// Result: `output`, as `image`.
package struct Guided<Backbone: Guidable>: GuidedNetwork, Hashable {
  package static var name: String { Backbone.name + "RefFusion" }

  package struct Configuration: Hashable, Sendable {
    package var backbone: Backbone
    /// Residual blocks of each level of the feature encoder, finest first.
    package var encoderBlocks: [Int]
    /// Blocks that fuse the guidance on each level, finest first.
    package var fusionBlocks: [Int]

    /// The published numbers of blocks.
    package init(_ backbone: Backbone) {
      self.backbone = backbone
      encoderBlocks = [Int](repeating: 4, count: backbone.guidedLevels)
      fusionBlocks = [Int](repeating: 2, count: backbone.guidedLevels)
    }
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    let image: Shape = [batch, inputChannels, height, width]
    return ["image": image, "reference_image": image]
  }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    let image = operands("image", rank: 4)
    var reference = operands("reference_image", rank: 4)
    // Both views of a dual-pixel camera are guided by the same image.
    if reference.channels * 2 == inputChannels {
      reference = reference.concatenated(with: reference)
    }
    return ["output": self(image, reference: reference, trace.weights)]
  }

  func callAsFunction(_ image: Tensor, reference: Tensor, _ w: Weights) -> Tensor {
    let backbone = configuration.backbone
    let padded = image.padded(.zero, toMultipleOf: sizeMultiple)
    let guidance = aggregated(
      from: reference.padded(.zero, toMultipleOf: sizeMultiple), for: padded, w)
    let restored = backbone.restored(padded, w) { level, x in
      let joined = x.concatenated(with: guidance[level])
      return backbone.fused(joined, level: level, blocks: configuration.fusionBlocks[level], w)
        .sliced(axis: 1, from: 0, count: x.channels)
    }
    return restored.cropped(height: image.height, width: image.width)
  }

  /// What the reference image has for every cell of the image, on every level, finest first.
  private func aggregated(from reference: Tensor, for image: Tensor, _ w: Weights) -> [Tensor] {
    let encoder = FeatureEncoder(
      dim: configuration.backbone.guidedWidth, blocks: configuration.encoderBlocks)
    let own = encoder(image, w.masa_enc)
    let other = encoder(reference, w.masa_enc)
    let matching = PatchMatching(of: own[own.count - 1], in: other[other.count - 1])
    let (cells, confidence) = matching.matches()
    return other.enumerated().map { level, features in
      let transfer = PatchTransfer(
        side: PatchMatching.side, rows: matching.rows, columns: matching.columns,
        scale: 1 << (other.count - 1 - level))
      return features.apply(.patchTransfer(transfer), [cells, confidence])
    }
  }
}

/// A network from an image and a guidance image, `reference_image`, to one of the first's size.
package protocol GuidedNetwork: RecognizableNetwork {}

/// A network that guidance can be fused into, where its encoder's levels begin.
package protocol Guidable: RecognizableNetwork, Hashable {
  /// Levels with fusion, each of half the size and twice the channels of the one before.
  var guidedLevels: Int { get }

  /// Channels of the first level.
  var guidedWidth: Int { get }

  /// The whole network on an image whose sides are multiples of ``Network/sizeMultiple``.
  /// - Parameter fusing: what becomes of the operand of a level.
  func restored(_ padded: Tensor, _ w: Weights, fusing: (Int, Tensor) -> Tensor) -> Tensor

  /// Where the numbered fusion blocks of a level have their parameters.
  func fusionPath(level: Int) -> String

  /// The fusion blocks of a level on features and guidance, twice the level's channels.
  /// - Parameter w: of the whole network.
  func fused(_ joined: Tensor, level: Int, blocks count: Int, _ w: Weights) -> Tensor
}
