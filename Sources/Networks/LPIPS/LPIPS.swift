import IR
import Tensors

/// How differently people see two images: the distance of what a classifier's layers make of them.
///
/// R. Zhang, P. Isola, A. A. Efros, E. Shechtman, O. Wang, "The Unreasonable Effectiveness of Deep
/// Features as a Perceptual Metric", CVPR 2018, arXiv 1801.03924, section 3.2; version 0.1 of the
/// PyPI package `lpips`, whose module has these names.
///
/// Operands: `image` and `reference` (N, 3, H, W) in [-1, 1]. Result: `output` (N, 1, 1, 1).
package struct LPIPS: RecognizableNetwork, Hashable {
  package static let name = "LPIPS"

  package let backbone: Backbone
  /// Channels of each stage.
  package let widths: [Int]

  package init(_ backbone: Backbone, widths: [Int]? = nil) {
    (self.backbone, self.widths) = (backbone, widths ?? backbone.widths)
  }

  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    let shape: Shape = [batch, 3, height, width]
    return ["image": shape, "reference": shape]
  }

  package func outputs(_ trace: Trace, _ operands: Operands) -> Results {
    let w = trace.weights
    let own = features(of: operands.map("image", channels: 3), w)
    let others = features(of: operands.map("reference", channels: 3), w)
    let distances = zip(own, others).enumerated().map { stage, pair in
      let difference = pair.0 - pair.1
      return (difference * difference).pooled
        .conv(w["lin\(stage)"].model[1], to: 1, bias: false)
    }
    return ["output": distances.dropFirst().reduce(distances[0], +)]
  }

  /// What the stages make of an image, each pixel's channels scaled to length 1.
  private func features(of image: Tensor, _ w: Weights) -> [Tensor] {
    let (shift, scale) = (w.scaling_layer.shift(1, 3, 1, 1), w.scaling_layer.scale(1, 3, 1, 1))
    var x = (image - shift) / scale
    return backbone.stages.enumerated().map { number, stage in
      if stage.isPooled { x = x.maxPooled(side: backbone.poolSide, stride: 2) }
      for layer in stage.layers {
        let (kernel, stride, padding) = backbone.window(ofStage: number)
        let convolved = x.conv(
          w.net["slice\(number + 1)"][layer], to: widths[number], kernel: kernel, stride: stride,
          padding: padding)
        x = convolved.relu
      }
      return x.apply(.normalization(Normalization(.l2, axis: 1, epsilon: 1e-10)))
    }
  }
}
