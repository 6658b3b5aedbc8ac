extension SRFormer {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var scale: Int { configuration.reconstruction.scale }
  package var sizeMultiple: Int { configuration.window }
  /// Shifted windows go around the border of the whole image.
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("in_chans", .integer(inputChannels)),
      Hyperparameter("embed_dim", .integer(configuration.dim)),
      Hyperparameter("depths", .integers(configuration.depths)),
      Hyperparameter("num_heads", .integers(configuration.heads)),
      Hyperparameter("window_size", .integer(configuration.window)),
      Hyperparameter(
        "mlp_ratio", .number(Double(configuration.hidden) / Double(configuration.dim))),
      Hyperparameter("kernel_size", .integer(configuration.kernel)),
      Hyperparameter("qkv_bias", .flag(configuration.hasQKVBias)),
      Hyperparameter("patch_norm", .flag(configuration.hasPatchNorm)),
      Hyperparameter("resi_connection", .text(configuration.junction.rawValue)),
      Hyperparameter("upsampler", .text(configuration.reconstruction.name)),
      Hyperparameter("upscale", .integer(scale)),
    ]
  }

  package static var specimens: [SRFormer] {
    var (real, light) = (Configuration(), Configuration())
    real.reconstruction = .nearest(features: 64, doublings: 3)
    real.junction = .triple
    light.reconstruction = .direct(scale: 2)
    return [SRFormer(.init()), SRFormer(real), SRFormer(light)]
  }

  package static func isBuffer(_ name: String) -> Bool {
    name.hasSuffix(".attn_mask") || name.hasSuffix(".aligned_relative_position_index")
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.dim = try checkpoint.extent(0, of: "conv_first.weight", rank: 4, as: "embed_dim")
    found.channels = try checkpoint.extent(1, of: "conv_first.weight", rank: 4, as: "in_chans")
    (found.depths, found.heads) = try checkpoint.groups(
      blocks: "residual_group.blocks",
      table: "residual_group.blocks.0.attn.relative_position_bias_table")
    let block = "layers.0.residual_group.blocks.0"
    found.window =
      2
      * (try checkpoint.window(
        of: "\(block).attn.relative_position_bias_table", as: "half of window_size"))
    found.hidden = try checkpoint.extent(
      0, of: "\(block).mlp.fc1.weight", rank: 2, as: "hidden channels")
    found.kernel = try checkpoint.extent(
      2, of: "\(block).mlp.dwconv.depthwise_conv.0.weight", rank: 4, as: "kernel_size")
    found.hasQKVBias = checkpoint.has("\(block).attn.q.bias", as: "qkv_bias")
    found.hasPatchNorm = checkpoint.has("patch_embed.norm.weight", as: "patch_norm")
    found.junction = checkpoint.junction()
    found.reconstruction = try checkpoint.reconstruction(channels: found.channels)
    guard found.dim.isMultiple(of: 4), found.kernel % 2 == 1 else {
      throw checkpoint.refusal("conv_first.weight", "has \(found.dim) channels, not 4 times some")
    }
    self.init(found)
  }
}
