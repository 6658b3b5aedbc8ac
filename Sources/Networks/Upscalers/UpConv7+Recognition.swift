extension UpConv7 {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var scale: Int { configuration.doubles ? 2 : 1 }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { false }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("in_channels", .integer(inputChannels)),
      Hyperparameter("widths", .integers(configuration.widths)),
      Hyperparameter("scale", .integer(scale)),
    ]
  }

  package static var container: String { "net." }

  package static var specimens: [UpConv7] { [UpConv7(.init())] }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.channels = try checkpoint.extent(1, of: "0.weight", rank: 4, as: "in_channels")
    found.widths = []
    while found.widths.count < 100, checkpoint.holds("\(2 * found.widths.count + 2).weight") {
      let layer = "\(2 * found.widths.count).weight"
      found.widths.append(try checkpoint.extent(0, of: layer, rank: 4, as: "width"))
    }
    let last = "\(2 * found.widths.count).weight"
    found.doubles = try checkpoint.extent(2, of: last, rank: 4, as: "kernel at the end") == 4
    self.init(found)
  }
}
