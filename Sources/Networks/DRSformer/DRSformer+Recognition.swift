extension DRSformer: RestormerFamily {
  package var hyperparameters: [Hyperparameter] {
    [Hyperparameter("inp_channels", .integer(configuration.channels))]
      + configuration.backbone.hyperparameters
      + [Hyperparameter("MEFC", .flag(configuration.hasExperts))]
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.channels = try checkpoint.extent(
      1, of: "patch_embed.proj.weight", rank: 4, as: "inp_channels")
    found.backbone = try RestormerBackbone(
      recognizing: &checkpoint, feedForward: .mixedScale)
    found.backbone.style.isSparse = true
    found.hasExperts = checkpoint.has("encoder_level0.layers.0.ca_fc.0.weight", as: "MEFC")
    self.init(found)
  }
}
