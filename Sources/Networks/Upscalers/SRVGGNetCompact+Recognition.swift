extension SRVGGNetCompact {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var scale: Int { configuration.scale }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { false }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("num_in_ch", .integer(inputChannels)),
      Hyperparameter("num_out_ch", .integer(outputChannels)),
      Hyperparameter("num_feat", .integer(configuration.features)),
      Hyperparameter("num_conv", .integer(configuration.layers)),
      Hyperparameter("upscale", .integer(scale)),
    ]
  }

  package static var container: String { "body." }

  package static var specimens: [SRVGGNetCompact] { [SRVGGNetCompact(.init())] }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.channels = try checkpoint.extent(1, of: "0.weight", rank: 4, as: "num_in_ch")
    found.features = try checkpoint.extent(0, of: "1.weight", rank: 1, as: "num_feat")
    let modules = try checkpoint.count(of: "", in: 3...2001, as: "modules")
    found.layers = (modules - 3) / 2
    found.scale = try checkpoint.factor(
      of: "\(modules - 1).weight", channels: found.channels, as: "upscale")
    self.init(found)
  }
}
