extension HAT {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var scale: Int { configuration.reconstruction.scale }
  package var sizeMultiple: Int { configuration.window }
  /// Attention between channels pools over the whole image.
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    let dim = Double(configuration.dim)
    return [
      Hyperparameter("in_chans", .integer(inputChannels)),
      Hyperparameter("embed_dim", .integer(configuration.dim)),
      Hyperparameter("depths", .integers(configuration.depths)),
      Hyperparameter("num_heads", .integers(configuration.heads)),
      Hyperparameter("window_size", .integer(configuration.window)),
      Hyperparameter(
        "overlap_ratio",
        .number(2 * Double(configuration.overlap) / Double(configuration.window))),
      Hyperparameter("mlp_ratio", .number(Double(configuration.hidden) / dim)),
      Hyperparameter("compressed", .integer(configuration.compressed)),
      Hyperparameter("squeezed", .integer(configuration.squeezed)),
      Hyperparameter("qkv_bias", .flag(configuration.hasQKVBias)),
      Hyperparameter("patch_norm", .flag(configuration.hasPatchNorm)),
      Hyperparameter("upscale", .integer(scale)),
    ]
  }

  package static var specimens: [HAT] {
    var large = Configuration()
    large.reconstruction = .shuffled(features: 64, factors: [2, 2, 2])
    return [HAT(large)]
  }

  package static func isBuffer(_ name: String) -> Bool {
    name == "relative_position_index_SA" || name == "relative_position_index_OCA"
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.dim = try checkpoint.extent(0, of: "conv_first.weight", rank: 4, as: "embed_dim")
    found.channels = try checkpoint.extent(1, of: "conv_first.weight", rank: 4, as: "in_chans")
    (found.depths, found.heads) = try checkpoint.groups(
      blocks: "residual_group.blocks",
      table: "residual_group.overlap_attn.relative_position_bias_table")
    let block = "layers.0.residual_group.blocks.0"
    found.window = try checkpoint.window(
      of: "\(block).attn.relative_position_bias_table", as: "window_size")
    found.overlap = try Self.overlap(in: &checkpoint, around: found.window)
    found.hidden = try checkpoint.extent(
      0, of: "\(block).mlp.fc1.weight", rank: 2, as: "hidden channels")
    found.compressed = try checkpoint.extent(
      0, of: "\(block).conv_block.cab.0.weight", rank: 4, as: "compressed")
    found.squeezed = try checkpoint.extent(
      0, of: "\(block).conv_block.cab.3.attention.1.weight", rank: 4, as: "squeezed")
    found.hasQKVBias = checkpoint.has("\(block).attn.qkv.bias", as: "qkv_bias")
    found.hasPatchNorm = checkpoint.has("patch_embed.norm.weight", as: "patch_norm")
    found.reconstruction = try checkpoint.reconstruction(channels: found.channels)
    guard case .shuffled = found.reconstruction else {
      throw checkpoint.refusal("conv_before_upsample.0.weight", "is missing")
    }
    self.init(found)
  }

  /// The rows of the table tell all offsets between a window and the larger one.
  private static func overlap(
    in checkpoint: inout CheckpointReader, around window: Int
  ) throws(Refusal) -> Int {
    let key = "layers.0.residual_group.overlap_attn.relative_position_bias_table"
    let rows = try checkpoint.extent(0, of: key, rank: 2, as: "overlap: offsets")
    let found = (0...window).first {
      let side = 2 * (window + $0) - 1
      return side * side == rows
    }
    guard let found else {
      throw checkpoint.refusal(key, "has \(rows) rows, not one for each offset of a window")
    }
    return found
  }
}
