extension ControlNetModel: ConfiguredNetwork {
  package static let classNames = ["ControlNetModel"]

  package init(configuring fields: inout ConfigurationReader) throws(ConfigurationError) {
    var found = Configuration()
    try fields.require("global_pool_conditions", .boolean(false))
    try fields.require("controlnet_conditioning_channel_order", .string("rgb"))
    found.backbone = try UNetBackbone(configuring: &fields)
    found.conditioningChannels = try fields.whole("conditioning_channels", default: 3)
    found.conditioningEmbeddingOutChannels = try fields.wholes(
      "conditioning_embedding_out_channels", default: found.conditioningEmbeddingOutChannels)
    self.init(found)
  }

  package func completed(
    by checkpoint: inout CheckpointReader
  ) throws(Refusal) -> ControlNetModel {
    var completed = configuration
    completed.hasRGBHeads = checkpoint.has(
      "controlnet_cond_embedding.to_rgbs.0.weight", as: "to_rgbs")
    return ControlNetModel(completed)
  }
}
