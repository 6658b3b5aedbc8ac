extension UNet2DConditionModel: ConfiguredNetwork {
  package static let classNames = ["UNet2DConditionModel"]

  package init(configuring fields: inout ConfigurationReader) throws(ConfigurationError) {
    var found = Configuration()
    found.backbone = try UNetBackbone(configuring: &fields)
    found.upBlockTypes = try fields.choices("up_block_types", default: found.upBlockTypes)
    found.outChannels = try fields.whole("out_channels", default: 4)
    found.sampleSize = try fields.whole("sample_size", default: 64, in: 1...8192)
    if fields.has("add_residuals") { found.addsResiduals = try fields.flag("add_residuals") }
    self.init(found)
  }

  package func completed(
    by checkpoint: inout CheckpointReader
  ) throws(Refusal) -> UNet2DConditionModel {
    var completed = configuration
    completed.backbone.imageAttention = try checkpoint.imageAttention()
    completed.pixelAttention = checkpoint.pixelAttention()
    return UNet2DConditionModel(completed)
  }
}

extension CheckpointReader {
  /// The attention to an image's tokens, which the middle of a U-Net has if any block has it.
  fileprivate mutating func imageAttention() throws(Refusal) -> UNetBackbone.ImageAttention? {
    for (place, module) in [
      (AddedAttention.inside, "attentions.0.transformer_blocks.0.attn_img"),
      (.beside, "image_attentions.0.transformer_blocks.0.attn2"),
    ] {
      let key = "mid_block.\(module).to_k.weight"
      guard checkpoint[key] != nil else { continue }
      var found = UNetBackbone.ImageAttention()
      found.place = place
      found.crossAttentionDim = try extent(1, of: key, rank: 2, as: "image_cross_attention_dim")
      return found
    }
    return nil
  }

  /// The attention to a ControlNet's maps.
  fileprivate mutating func pixelAttention() -> AddedAttention? {
    for (place, module) in [
      (AddedAttention.inside, ".proj_in_plus."), (.beside, ".pixel_attentions."),
    ] {
      guard let tensor = checkpoint.tensors.first(where: { $0.path.contains(module) }) else {
        continue
      }
      if has(tensor.path, as: "pixel_attention") { return place }
    }
    return nil
  }
}
