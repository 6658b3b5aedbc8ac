import Tensors

extension CLIPVisionModel {
  package static let classNames = ["CLIPVisionModel", "CLIPVisionModelWithProjection"]
  package static func isBuffer(_ name: String) -> Bool {
    name.hasSuffix("embeddings.position_ids")
  }

  /// transformers 5 leaves the tower's name out where it is the whole model.
  package var dialects: [KeyDialect] { [.own, KeyDialect(modules: [("vision_model", "")])] }

  package init(configuring fields: inout ConfigurationReader) throws(ConfigurationError) {
    var found = Configuration()
    found.encoder = try CLIPEncoder(
      configuring: &fields, hiddenSize: 768, intermediateSize: 3072, heads: 12)
    found.numChannels = try fields.whole("num_channels", default: 3, in: 1...1024)
    found.imageSize = try fields.whole("image_size", default: 224, in: 1...4096)
    found.patchSize = try fields.whole("patch_size", default: 32, in: 1...found.imageSize)
    if fields.className == "CLIPVisionModelWithProjection" {
      found.projectionDim = try fields.whole("projection_dim", default: 512)
    }
    self.init(found)
  }

  package var hyperparameters: [Hyperparameter] {
    var choices = [
      Hyperparameter("num_channels", .integer(configuration.numChannels)),
      Hyperparameter("image_size", .integer(configuration.imageSize)),
      Hyperparameter("patch_size", .integer(configuration.patchSize)),
    ]
    if let features = configuration.projectionDim {
      choices.append(Hyperparameter("projection_dim", .integer(features)))
    }
    return configuration.encoder.hyperparameters + choices
  }

  package var inputChannels: Int { configuration.numChannels }
  package var outputChannels: Int { 0 }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { true }

  /// Images of the configuration's size, whatever the size.
  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    let side = configuration.imageSize
    return ["pixel_values": [batch, configuration.numChannels, side, side]]
  }
}

extension CLIPVisionModel.Configuration {
  /// Patches of an image; those that are cut at its border do not count.
  package var patches: Int { (imageSize / patchSize) * (imageSize / patchSize) }
}
