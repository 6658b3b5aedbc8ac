extension RealPLKSR {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var scale: Int { configuration.scale }
  package var sizeMultiple: Int { 1 }
  /// Group normalization takes its statistics from the whole image.
  package var hasGlobalOperators: Bool { configuration.norm == .group }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("in_ch", .integer(inputChannels)),
      Hyperparameter("dim", .integer(configuration.dim)),
      Hyperparameter("n_blocks", .integer(configuration.blocks)),
      Hyperparameter("upscaling_factor", .integer(scale)),
      Hyperparameter("kernel_size", .integer(configuration.kernel)),
      Hyperparameter(
        "split_ratio", .number(Double(configuration.largeChannels) / Double(configuration.dim))),
      Hyperparameter("use_ea", .flag(configuration.isGated)),
      Hyperparameter("layer_norm", .flag(configuration.norm == .layer)),
    ]
  }

  package static var container: String { "feats." }

  package static var specimens: [RealPLKSR] {
    var layered = Configuration()
    layered.norm = .layer
    return [RealPLKSR(.init()), RealPLKSR(layered)]
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.channels = try checkpoint.extent(1, of: "0.weight", rank: 4, as: "in_ch")
    found.dim = try checkpoint.extent(0, of: "0.weight", rank: 4, as: "dim")
    let large = "1.lk.conv.weight"
    found.largeChannels = try checkpoint.extent(0, of: large, rank: 4, as: "large kernel channels")
    found.kernel = try checkpoint.extent(2, of: large, rank: 4, as: "kernel_size")
    guard found.largeChannels <= found.dim, found.kernel % 2 == 1 else {
      throw checkpoint.refusal(large, "is no kernel of an odd side on some of the channels")
    }
    found.blocks = try Self.blocks(of: checkpoint)
    found.scale = try checkpoint.factor(
      of: "\(found.blocks + 2).weight", channels: found.channels, as: "upscaling_factor")
    found.isGated = checkpoint.has("1.attn.f.0.weight", as: "use_ea")
    found.norm = checkpoint.has("1.layer_norm.weight", as: "layer_norm") ? .layer : .group
    guard found.norm == .layer || found.dim.isMultiple(of: 4) else {
      throw checkpoint.refusal("0.weight", "has \(found.dim) channels, which are not four groups")
    }
    self.init(found)
  }

  /// Between the blocks and the last layer is one without parameters.
  private static func blocks(of checkpoint: CheckpointReader) throws(Refusal) -> Int {
    let count = (1...1000).first { !checkpoint.holds("\($0).refine.weight") }
    guard let count, count > 1 else {
      throw checkpoint.refusal("1.refine.weight", "is missing")
    }
    return count - 1
  }
}
