import JSON

extension UNetBackbone {
  /// - Throws: also for fields of diffusers that would make another network than this one.
  init(configuring fields: inout ConfigurationReader) throws(ConfigurationError) {
    self.init()
    try Self.checkUsual(fields)
    inChannels = try fields.whole("in_channels", default: 4)
    blockOutChannels = try fields.wholes("block_out_channels", default: blockOutChannels)
    let levels = blockOutChannels.count
    downBlockTypes = try fields.choices("down_block_types", default: downBlockTypes)
    layersPerBlock = try fields.whole("layers_per_block", default: 2, in: 1...100)
    attentionHeadDim = try fields.levels("attention_head_dim", default: 8, count: levels)
    transformerLayersPerBlock = try fields.levels(
      "transformer_layers_per_block", default: 1, count: levels)
    crossAttentionDim = try fields.whole("cross_attention_dim", default: 1280)
    useLinearProjection = try fields.flag("use_linear_projection", default: false)
    normNumGroups = try fields.whole("norm_num_groups", default: 32)
    normEps = Float(try fields.number("norm_eps", default: 1e-5, in: 1e-12...1))
    flipSinToCos = try fields.flag("flip_sin_to_cos", default: true)
    freqShift = Float(try fields.number("freq_shift", default: 0, in: 0...1))
    guard fields.has("addition_embed_type") else { return }
    try fields.require("addition_embed_type", .string("text_time"))
    var addition = TextTime()
    addition.additionTimeEmbedDim = try fields.whole("addition_time_embed_dim")
    addition.projectionClassEmbeddingsInputDim = try fields.whole(
      "projection_class_embeddings_input_dim")
    textTime = addition
  }

  private static func checkUsual(_ fields: ConfigurationReader) throws(ConfigurationError) {
    for name in [
      "center_input_sample", "dual_cross_attention", "only_cross_attention",
      "mid_block_only_cross_attention", "resnet_skip_time_act", "class_embeddings_concat",
      "cross_attention_norm",
    ] { try fields.require(name, .boolean(false)) }
    for name in [
      "class_embed_type", "num_class_embeds", "encoder_hid_dim", "encoder_hid_dim_type",
      "num_attention_heads", "time_embedding_act_fn", "timestep_post_act", "time_cond_proj_dim",
      "time_embedding_dim", "reverse_transformer_layers_per_block",
    ] { try fields.require(name) }
    for name in ["downsample_padding", "mid_block_scale_factor", "resnet_out_scale_factor"] {
      try fields.require(name, .whole(1), .real(1))
    }
    for name in ["conv_in_kernel", "conv_out_kernel"] { try fields.require(name, .whole(3)) }
    for (name, usual) in [
      ("act_fn", "silu"), ("mid_block_type", "UNetMidBlock2DCrossAttn"),
      ("resnet_time_scale_shift", "default"), ("time_embedding_type", "positional"),
      ("attention_type", "default"),
    ] { try fields.require(name, .string(usual)) }
  }
}
