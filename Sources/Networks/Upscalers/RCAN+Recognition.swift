extension RCAN {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var scale: Int {
    configuration.enlargements.reduce(1, *) / configuration.unshuffling
  }
  package var sizeMultiple: Int { configuration.unshuffling }
  /// Channel attention pools over the whole image.
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("n_colors", .integer(inputChannels)),
      Hyperparameter("scale", .integer(scale)),
      Hyperparameter("n_feats", .integer(configuration.features)),
      Hyperparameter("n_resgroups", .integer(configuration.groups)),
      Hyperparameter("n_resblocks", .integer(configuration.blocks)),
      Hyperparameter("squeezed", .integer(configuration.squeezed)),
      Hyperparameter("kernel_size", .integer(configuration.kernel)),
      Hyperparameter("unshuffle", .integer(configuration.unshuffling)),
      Hyperparameter("norm", .flag(configuration.isCentred)),
    ]
  }

  package static var specimens: [RCAN] {
    var unshuffled = Configuration()
    unshuffled.unshuffling = 2
    return [RCAN(.init()), RCAN(unshuffled)]
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.channels = try checkpoint.extent(0, of: "tail.1.weight", rank: 4, as: "n_colors")
    let head = checkpoint.holds("head.1.weight") ? "head.1.weight" : "head.0.weight"
    found.features = try checkpoint.extent(0, of: head, rank: 4, as: "n_feats")
    found.kernel = try checkpoint.extent(2, of: head, rank: 4, as: "kernel_size")
    let read = try checkpoint.extent(1, of: head, rank: 4, as: "channels of the first layer")
    found.unshuffling = read == 4 * found.channels ? 2 : read == 16 * found.channels ? 4 : 1
    found.groups = try checkpoint.count(of: "body", in: 2...1000, as: "groups and a layer") - 1
    found.blocks =
      try checkpoint.count(of: "body.0.body", in: 2...1000, as: "blocks and a layer") - 1
    found.squeezed = try checkpoint.extent(
      0, of: "body.0.body.0.body.3.conv_du.0.weight", rank: 4, as: "squeezed")
    found.enlargements = []
    while checkpoint.holds("tail.0.\(2 * found.enlargements.count).weight") {
      found.enlargements.append(
        try checkpoint.factor(
          of: "tail.0.\(2 * found.enlargements.count).weight", channels: found.features,
          as: "enlargement"))
    }
    guard found.enlargements.reduce(1, *).isMultiple(of: found.unshuffling),
      found.kernel % 2 == 1, (head == "head.1.weight") == (found.unshuffling > 1)
    else {
      throw checkpoint.refusal(head, "has \(read) channels, which do not fit the enlargement")
    }
    found.isCentred = checkpoint.has("sub_mean.weight", as: "norm")
    self.init(found)
  }
}
