extension DAT {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var scale: Int { configuration.reconstruction.scale }
  package var sizeMultiple: Int { 1 }
  /// Attention between channels reads the whole image.
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("in_chans", .integer(inputChannels)),
      Hyperparameter("embed_dim", .integer(configuration.dim)),
      Hyperparameter("split_size", .integers(configuration.split)),
      Hyperparameter("depth", .integers(configuration.depths)),
      Hyperparameter("num_heads", .integers(configuration.heads)),
      Hyperparameter(
        "expansion_factor", .number(Double(configuration.hidden) / Double(configuration.dim))),
      Hyperparameter("qkv_bias", .flag(configuration.hasQKVBias)),
      Hyperparameter("resi_connection", .text(configuration.junction.rawValue)),
      Hyperparameter("upsampler", .text(configuration.reconstruction.name)),
      Hyperparameter("upscale", .integer(scale)),
    ]
  }

  package static var specimens: [DAT] {
    var light = Configuration()
    light.junction = .triple
    light.reconstruction = .direct(scale: 2)
    return [DAT(.init()), DAT(light)]
  }

  package static func isBuffer(_ name: String) -> Bool {
    [".attn_mask_0", ".attn_mask_1", ".relative_position_index"].contains(where: name.hasSuffix)
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.dim = try checkpoint.extent(0, of: "conv_first.weight", rank: 4, as: "embed_dim")
    found.channels = try checkpoint.extent(1, of: "conv_first.weight", rank: 4, as: "in_chans")
    let groups = try checkpoint.count(of: "layers", in: 1...100, as: "groups")
    found.depths = []
    found.heads = []
    for index in 0..<groups {
      let blocks = "layers.\(index).blocks"
      found.depths.append(try checkpoint.count(of: blocks, in: 1...100, as: "depth"))
      let last = "\(blocks).0.attn.attns.0.pos.pos3.2.weight"
      found.heads.append(2 * (try checkpoint.extent(0, of: last, rank: 2, as: "half the heads")))
    }
    found.split = try Self.split(in: &checkpoint)
    found.hidden = try checkpoint.extent(
      0, of: "layers.0.blocks.0.ffn.fc1.weight", rank: 2, as: "hidden channels")
    found.hasQKVBias = checkpoint.has("layers.0.blocks.0.attn.qkv.bias", as: "qkv_bias")
    found.junction = checkpoint.junction()
    found.reconstruction = try checkpoint.reconstruction(channels: found.channels)
    guard found.dim.isMultiple(of: 2), found.hidden.isMultiple(of: 2) else {
      throw checkpoint.refusal("conv_first.weight", "has \(found.dim) channels, which have no half")
    }
    self.init(found)
  }

  /// The sides of the windows: of h x w pixels there are (2 h - 1) (2 w - 1) offsets. Where the
  /// number of pixels is not told, both are powers of two. Which side is the longer one the shapes
  /// do not tell; it is the second one everywhere.
  private static func split(in checkpoint: inout CheckpointReader) throws(Refusal) -> [Int] {
    let window = "layers.0.blocks.0.attn.attns.0"
    let offsets = try checkpoint.extent(
      0, of: "\(window).rpe_biases", rank: 2, as: "offsets of split_size")
    let index = "\(window).relative_position_index"
    let pixels =
      checkpoint.holds(index)
      ? try checkpoint.extent(0, of: index, rank: 2, as: "pixels of split_size") : nil
    for side in 1...256 where offsets.isMultiple(of: 2 * side - 1) {
      let other = (offsets / (2 * side - 1) + 1) / 2
      guard (2 * side - 1) * (2 * other - 1) == offsets, (side...256).contains(other) else {
        continue
      }
      let isPower = side.nonzeroBitCount == 1 && other.nonzeroBitCount == 1
      if pixels.map({ $0 == side * other }) ?? isPower { return [side, other] }
    }
    throw checkpoint.refusal("\(window).rpe_biases", "has \(offsets) offsets, not a window's")
  }
}
