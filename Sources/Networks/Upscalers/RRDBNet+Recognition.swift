extension RRDBNet {
  package var inputChannels: Int { configuration.inputChannels }
  package var outputChannels: Int { configuration.outputChannels }
  package var sizeMultiple: Int { configuration.unshuffling }
  package var scale: Int { (1 << configuration.doublings) / configuration.unshuffling }
  package var hasGlobalOperators: Bool { false }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("num_in_ch", .integer(inputChannels)),
      Hyperparameter("num_out_ch", .integer(outputChannels)),
      Hyperparameter("scale", .integer(scale)),
      Hyperparameter("num_feat", .integer(configuration.features)),
      Hyperparameter("num_block", .integer(configuration.blocks)),
      Hyperparameter("num_grow_ch", .integer(configuration.growth)),
      Hyperparameter("shuffle_factor", .integer(configuration.unshuffling)),
      Hyperparameter("plus", .flag(configuration.hasShortcuts)),
    ]
  }

  package var bareDialect: KeyDialect {
    configuration.spelling.dialect(
      blocks: configuration.blocks, doublings: configuration.doublings)
  }

  package static var specimens: [RRDBNet] {
    Spelling.allCases.map { spelling in
      var configuration = Configuration()
      (configuration.spelling, configuration.hasShortcuts) = (spelling, true)
      return RRDBNet(configuration)
    }
  }

  /// The most that sides are enlarged: 16 times.
  private static let doublings = 0...4

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.spelling =
      Spelling.allCases.first {
        checkpoint.holds($0.dialect(blocks: 1, doublings: 0).name(of: "body.0.rdb1.conv1.weight"))
      } ?? .realESRGAN
    // The last module of this list is the layer after the blocks.
    let trunk = String(found.spelling.block(0).dropLast(2))
    found.blocks = try checkpoint.count(of: trunk, in: 1...1000, as: "num_block")
    if found.spelling == .esrgan { found.blocks -= 1 }
    found.doublings = try Self.doublings(of: checkpoint, found)
    let names = found.spelling.dialect(blocks: found.blocks, doublings: found.doublings)
    let (first, last) = (names.name(of: "conv_first.weight"), names.name(of: "conv_last.weight"))
    found.features = try checkpoint.extent(0, of: first, rank: 4, as: "num_feat")
    found.growth = try checkpoint.extent(
      0, of: names.name(of: "body.0.rdb1.conv1.weight"), rank: 4, as: "num_grow_ch")
    found.outputChannels = try checkpoint.extent(0, of: last, rank: 4, as: "num_out_ch")
    let read = try checkpoint.extent(1, of: first, rank: 4, as: "channels of the first layer")
    found.unshuffling =
      read == 4 * found.outputChannels ? 2 : read == 16 * found.outputChannels ? 4 : 1
    found.inputChannels = read / (found.unshuffling * found.unshuffling)
    guard 1 << found.doublings >= found.unshuffling else {
      throw checkpoint.refusal(first, "has \(read) channels, but sides are not enlarged as much")
    }
    found.hasShortcuts = checkpoint.has(
      names.name(of: "body.0.rdb1.conv1x1.weight"), as: "plus")
    self.init(found)
  }

  /// How many layers double the sides: the number for which all of them are there, and no other.
  private static func doublings(
    of checkpoint: CheckpointReader, _ found: Configuration
  ) throws(Refusal) -> Int {
    for doublings in doublings {
      let names = found.spelling.dialect(blocks: found.blocks, doublings: doublings + 1)
      let layers = (1...doublings + 1).map { names.name(of: "conv_up\($0).weight") }
      let ends = found.spelling.dialect(blocks: found.blocks, doublings: doublings)
      if layers.dropLast().allSatisfy(checkpoint.holds), !checkpoint.holds(layers[doublings]),
        checkpoint.holds(ends.name(of: "conv_hr.weight"))
      {
        return doublings
      }
    }
    throw checkpoint.refusal(
      found.spelling.dialect(blocks: found.blocks, doublings: 0).name(of: "conv_hr.weight"),
      "is missing")
  }
}
