extension SFNet {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  /// Two levels below the first, each of half the size, the last cut into quarters.
  package var sizeMultiple: Int { 8 }
  /// Filters and gains come from means of the whole image.
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("in_channel", .integer(configuration.channels)),
      Hyperparameter("base_channel", .integer(configuration.dim)),
      Hyperparameter("num_res", .integer(configuration.blocks)),
      Hyperparameter("group", .integer(configuration.filterGroups)),
    ] + configuration.pooling.hyperparameters
  }

  /// `base_size`: of local pooling, 1 to 256.
  package func choosing(_ choice: Hyperparameter) -> Self? {
    guard choice.name == "base_size", case .integer(let base) = choice.value, 1...256 ~= base
    else { return nil }
    var network = self
    network.configuration.pooling = .windows(base: base)
    return network
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    let first = "feat_extract.0.main.0.weight"
    found.channels = try checkpoint.extent(1, of: first, rank: 4, as: "in_channel")
    found.dim = try checkpoint.extent(0, of: first, rank: 4, as: "base_channel")
    found.blocks = try checkpoint.count(of: "Encoder.0.layers", in: 1...1000, as: "num_res")
    let filter = "Encoder.0.layers.\(found.blocks - 1).dyna.conv.weight"
    let taps = try checkpoint.extent(0, of: filter, rank: 4, as: "group taps")
    guard taps.isMultiple(of: 9), found.dim.isMultiple(of: 2 * taps / 9) else {
      throw checkpoint.refusal(filter, "has \(taps) filters, not 9 for each group of channels")
    }
    found.filterGroups = taps / 9
    self.init(found)
  }
}

extension SFNet.Pooling {
  fileprivate var hyperparameters: [Hyperparameter] {
    switch self {
    case .whole: []
    case .windows(let base): [Hyperparameter("base_size", .integer(base))]
    }
  }
}
