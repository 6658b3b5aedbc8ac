extension Guided {
  package var inputChannels: Int { configuration.backbone.inputChannels }
  package var outputChannels: Int { configuration.backbone.outputChannels }
  /// Blocks of cells of the coarsest level.
  package var sizeMultiple: Int { PatchMatching.side << (configuration.backbone.guidedLevels - 1) }
  /// What matches may lie anywhere.
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    configuration.backbone.hyperparameters + [
      Hyperparameter("nf", .integer(configuration.backbone.guidedWidth)),
      Hyperparameter("ext_n_blocks", .integers(configuration.encoderBlocks)),
      Hyperparameter("reffusion_n_blocks", .integers(configuration.fusionBlocks)),
    ]
  }

  package func choosing(_ choice: Hyperparameter) -> Self? {
    guard let backbone = configuration.backbone.choosing(choice) else { return nil }
    var network = self
    network.configuration.backbone = backbone
    return network
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    _ = try checkpoint.extent(0, of: "masa_enc.conv_L1.weight", rank: 4, as: "nf")
    let backbone = try Backbone(recognizing: &checkpoint)
    var found = Configuration(backbone)
    for level in 0..<backbone.guidedLevels {
      found.encoderBlocks[level] = try checkpoint.count(
        of: "masa_enc.blk_L\(level + 1)", as: "ext_n_blocks[\(level)]")
      found.fusionBlocks[level] = try checkpoint.count(
        of: backbone.fusionPath(level: level), as: "reffusion_n_blocks[\(level)]")
    }
    self.init(found)
  }
}
