extension NAFNet: LocallyConvertible {
  package var inputChannels: Int { configuration.inputChannels }
  package var outputChannels: Int { configuration.outputChannels }
  package var sizeMultiple: Int { 1 << configuration.encoderBlocks.count }
  /// Simplified channel attention pools over the whole image.
  package var hasGlobalOperators: Bool { true }
  package var localStatistics: LocalStatistics? {
    get { configuration.localStatistics }
    set { configuration.localStatistics = newValue }
  }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("in_channels", .integer(inputChannels)),
      Hyperparameter("out_channels", .integer(outputChannels)),
      Hyperparameter("width", .integer(configuration.width)),
      Hyperparameter("enc_blk_nums", .integers(configuration.encoderBlocks)),
      Hyperparameter("middle_blk_num", .integer(configuration.middleBlocks)),
      Hyperparameter("dec_blk_nums", .integers(configuration.decoderBlocks)),
    ]
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    let intro = "intro.weight"
    found.inputChannels = try checkpoint.extent(1, of: intro, rank: 4, as: "in_channels")
    found.outputChannels = try checkpoint.extent(
      0, of: "ending.weight", rank: 4, as: "out_channels")
    guard found.outputChannels <= found.inputChannels else {
      throw checkpoint.refusal("ending.weight", "has more channels than \(intro)")
    }
    found.width = try checkpoint.extent(0, of: intro, rank: 4, as: "width")
    let levels = try checkpoint.count(of: "downs", in: 0...10, as: "levels")
    found.middleBlocks = try checkpoint.count(of: "middle_blks", as: "middle_blk_num")
    found.encoderBlocks = []
    found.decoderBlocks = []
    for level in 0..<levels {
      found.encoderBlocks.append(
        try checkpoint.count(of: "encoders.\(level)", as: "enc_blk_nums[\(level)]"))
      found.decoderBlocks.append(
        try checkpoint.count(of: "decoders.\(level)", as: "dec_blk_nums[\(level)]"))
    }
    guard found.middleBlocks + (found.encoderBlocks + found.decoderBlocks).reduce(0, +) > 0 else {
      throw checkpoint.refusal("middle_blks.0", "is missing, and there are no other blocks")
    }
    self.init(found)
  }
}
