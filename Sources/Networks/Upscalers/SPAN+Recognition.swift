extension SPAN {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var scale: Int { configuration.scale }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { false }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("num_in_ch", .integer(inputChannels)),
      Hyperparameter("num_out_ch", .integer(outputChannels)),
      Hyperparameter("feature_channels", .integer(configuration.features)),
      Hyperparameter("upscale", .integer(scale)),
      Hyperparameter("norm", .flag(configuration.isCentred)),
    ]
  }

  package static var specimens: [SPAN] {
    var merged = Configuration()
    (merged.hasBranches, merged.isCentred) = (false, false)
    return [SPAN(.init()), SPAN(merged)]
  }

  /// What the branches of a layer came to when the file was written.
  package static func isBuffer(_ name: String) -> Bool { name.contains(".eval_conv.") }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.hasBranches = checkpoint.has("conv_1.sk.weight", as: "branches")
    let first = found.hasBranches ? "conv_1.sk.weight" : "conv_1.eval_conv.weight"
    found.channels = try checkpoint.extent(1, of: first, rank: 4, as: "num_in_ch")
    found.features = try checkpoint.extent(0, of: first, rank: 4, as: "feature_channels")
    found.scale = try checkpoint.factor(
      of: "upsampler.0.weight", channels: found.channels, as: "upscale")
    found.isCentred = !checkpoint.has("no_norm", as: "no_norm")
    guard !found.isCentred || found.channels == Self.means.count else {
      throw checkpoint.refusal(first, "has \(found.channels) channels, not those of colours")
    }
    self.init(found)
  }
}
