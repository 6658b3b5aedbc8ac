extension SwinIR {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var scale: Int { configuration.reconstruction.scale / configuration.unshuffling }
  package var sizeMultiple: Int { configuration.window * configuration.unshuffling }
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
      Hyperparameter("qkv_bias", .flag(configuration.hasQKVBias)),
      Hyperparameter("patch_norm", .flag(configuration.hasPatchNorm)),
      Hyperparameter("resi_connection", .text(configuration.junction.rawValue)),
      Hyperparameter("upsampler", .text(configuration.reconstruction.name)),
      Hyperparameter("upscale", .integer(scale)),
      Hyperparameter("start_unshuffle", .integer(configuration.unshuffling)),
    ]
  }

  package static var specimens: [SwinIR] {
    var (real, light, unshuffled) = (Configuration(), Configuration(), Configuration())
    real.reconstruction = .nearest(features: 64, doublings: 3)
    real.junction = .triple
    light.reconstruction = .direct(scale: 2)
    unshuffled.unshuffling = 2
    return [SwinIR(.init()), SwinIR(real), SwinIR(light), SwinIR(unshuffled)]
  }

  package static func isBuffer(_ name: String) -> Bool {
    name.hasSuffix(".attn_mask") || name.hasSuffix(".relative_position_index")
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    let isUnshuffled = checkpoint.holds("conv_first.1.weight")
    let first = isUnshuffled ? "conv_first.1.weight" : "conv_first.weight"
    found.dim = try checkpoint.extent(0, of: first, rank: 4, as: "embed_dim")
    found.channels = try checkpoint.extent(1, of: first, rank: 4, as: "in_chans")
    if isUnshuffled {
      found.unshuffling = try checkpoint.unshuffling(of: first, read: found.channels)
      found.channels /= found.unshuffling * found.unshuffling
    }
    (found.depths, found.heads) = try checkpoint.groups(
      blocks: "residual_group.blocks",
      table: "residual_group.blocks.0.attn.relative_position_bias_table")
    let block = "layers.0.residual_group.blocks.0"
    found.window = try checkpoint.window(
      of: "\(block).attn.relative_position_bias_table", as: "window_size")
    found.hidden = try checkpoint.extent(
      0, of: "\(block).mlp.fc1.weight", rank: 2, as: "hidden channels")
    found.hasQKVBias = checkpoint.has("\(block).attn.qkv.bias", as: "qkv_bias")
    found.hasPatchNorm = checkpoint.has("patch_embed.norm.weight", as: "patch_norm")
    found.junction = checkpoint.junction()
    found.reconstruction = try checkpoint.reconstruction(channels: found.channels)
    guard found.reconstruction.scale.isMultiple(of: found.unshuffling) else {
      throw checkpoint.refusal(first, "reads squares of pixels, which the end does not enlarge to")
    }
    self.init(found)
  }
}

extension CheckpointReader {
  /// The side of the squares of pixels that layer `key` has read as so many channels.
  fileprivate func unshuffling(of key: String, read: Int) throws(Refusal) -> Int {
    guard let side = [2, 4].first(where: { read == 3 * $0 * $0 || read == $0 * $0 }) else {
      throw refusal(key, "reads \(read) channels, no squares of pixels")
    }
    return side
  }
}
