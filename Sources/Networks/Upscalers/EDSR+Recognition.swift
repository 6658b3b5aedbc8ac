extension EDSR {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var scale: Int { configuration.enlargements.reduce(1, *) }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { false }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("n_colors", .integer(inputChannels)),
      Hyperparameter("scale", .integer(scale)),
      Hyperparameter("n_feats", .integer(configuration.features)),
      Hyperparameter("n_resblocks", .integer(configuration.blocks)),
      Hyperparameter("res_scale", .number(Double(configuration.residualScale))),
    ]
  }

  /// `res_scale`: up to 1.
  package func choosing(_ choice: Hyperparameter) -> Self? {
    guard choice.name == "res_scale", let scale = choice.value.number, 0...1 ~= scale else {
      return nil
    }
    var network = self
    network.configuration.residualScale = Float(scale)
    return network
  }

  package var bareDialect: KeyDialect {
    configuration.spelling.dialect(blocks: configuration.blocks)
  }

  package static var specimens: [EDSR] {
    Spelling.allCases.map { spelling in
      var configuration = Configuration()
      (configuration.spelling, configuration.hasMeanLayers) = (spelling, spelling == .official)
      return EDSR(configuration)
    }
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.spelling = checkpoint.holds("conv_first.weight") ? .basicSR : .official
    found.blocks = try checkpoint.count(of: "body", in: 1...1000, as: "n_resblocks")
    if found.spelling == .official { found.blocks -= 1 }
    let names = found.spelling.dialect(blocks: found.blocks)
    let head = names.name(of: "head.0.weight")
    found.features = try checkpoint.extent(0, of: head, rank: 4, as: "n_feats")
    found.channels = try checkpoint.extent(1, of: head, rank: 4, as: "n_colors")
    found.enlargements = []
    func layer() -> String { names.name(of: "tail.0.\(2 * found.enlargements.count).weight") }
    while found.enlargements.count < 5, checkpoint.holds(layer()) {
      found.enlargements.append(
        try checkpoint.factor(of: layer(), channels: found.features, as: "enlargement"))
    }
    found.hasMeanLayers = checkpoint.has("sub_mean.weight", as: "sub_mean")
    if found.features >= 256 { found.residualScale = 0.1 }
    self.init(found)
  }
}

extension EDSR.Spelling {
  /// The names of a network of so many blocks.
  fileprivate func dialect(blocks: Int) -> KeyDialect {
    switch self {
    case .official: .own
    case .basicSR:
      KeyDialect(
        modules: [
          ("head.0", "conv_first"), ("body.\(blocks)", "conv_after_body"), ("tail.0", "upsample"),
          ("tail.1", "conv_last"),
        ]
          + (0..<blocks).flatMap {
            [
              ("body.\($0).body.0", "body.\($0).conv1"), ("body.\($0).body.2", "body.\($0).conv2"),
            ]
          })
    }
  }
}
