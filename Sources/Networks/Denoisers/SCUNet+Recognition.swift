extension SCUNet {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var sizeMultiple: Int { 8 * configuration.window }
  /// Shifted windows go around the border of the whole image.
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("in_nc", .integer(inputChannels)),
      Hyperparameter("dim", .integer(configuration.dim)),
      Hyperparameter("config", .integers(configuration.blocks)),
      Hyperparameter("head_dim", .integer(configuration.headChannels)),
      Hyperparameter("window_size", .integer(configuration.window)),
    ]
  }

  package static var specimens: [SCUNet] { [SCUNet(.init())] }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    let head = "m_head.0.weight"
    found.dim = try checkpoint.extent(0, of: head, rank: 4, as: "dim")
    found.channels = try checkpoint.extent(1, of: head, rank: 4, as: "in_nc")
    let levels = ["m_down1", "m_down2", "m_down3", "m_body", "m_up3", "m_up2", "m_up1"]
    found.blocks = []
    for level in levels {
      let others = level == "m_body" ? 0 : 1
      let modules = try checkpoint.count(of: level, in: others...100, as: "modules of \(level)")
      found.blocks.append(modules - others)
    }
    let table = "m_down1.0.trans_block.msa.relative_position_params"
    let heads = try checkpoint.extent(0, of: table, rank: 3, as: "heads")
    let side = try checkpoint.extent(1, of: table, rank: 3, as: "offsets")
    guard found.dim.isMultiple(of: 2), (found.dim / 2).isMultiple(of: heads), side % 2 == 1,
      side < 256
    else {
      throw checkpoint.refusal(table, "has \(heads) heads and \(side) offsets, which do not fit")
    }
    found.headChannels = found.dim / 2 / heads
    found.window = (side + 1) / 2
    self.init(found)
  }
}
