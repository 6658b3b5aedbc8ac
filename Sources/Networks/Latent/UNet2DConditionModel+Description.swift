import Tensors

extension UNet2DConditionModel {
  package var inputChannels: Int { configuration.backbone.inChannels }
  package var outputChannels: Int { configuration.outChannels }
  package var sizeMultiple: Int { 1 }
  /// Group normalization and attention read the whole map.
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    configuration.backbone.hyperparameters + [
      Hyperparameter("out_channels", .integer(outputChannels)),
      Hyperparameter("sample_size", .integer(configuration.sampleSize)),
      Hyperparameter(
        "up_block_types", .text(configuration.upBlockTypes.map(\.rawValue).joined(separator: " "))),
    ] + addedHyperparameters
  }

  private var addedHyperparameters: [Hyperparameter] {
    guard let pixelAttention = configuration.pixelAttention else { return [] }
    return [
      Hyperparameter("pixel_attention", .text(pixelAttention.rawValue)),
      Hyperparameter("add_residuals", .flag(configuration.addsResiduals)),
    ]
  }

  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    let backbone = configuration.backbone
    var shapes = backbone.conditionShapes(batch: batch)
    shapes["sample"] = [batch, inputChannels, height, width]
    guard configuration.pixelAttention != nil, flaw == nil else { return shapes }
    for (number, shape) in backbone.skipShapes([batch, inputChannels, height, width]).enumerated() {
      shapes["down_block_res_samples.\(number)"] = shape
    }
    return shapes
  }
}

extension UNetBackbone {
  /// The maps of the way down, finest first, for a sample of this shape.
  fileprivate func skipShapes(_ sample: Shape) -> [Shape] {
    var shape = sample.replacing(1, with: blockOutChannels[0])
    var shapes = [shape]
    for (level, channels) in blockOutChannels.enumerated() {
      shape = shape.replacing(1, with: channels)
      shapes += [Shape](repeating: shape, count: layersPerBlock)
      guard level < blockOutChannels.count - 1 else { break }
      shape = shape.replacing(2, with: (shape[2] + 1) / 2).replacing(3, with: (shape[3] + 1) / 2)
      shapes.append(shape)
    }
    return shapes
  }
}
