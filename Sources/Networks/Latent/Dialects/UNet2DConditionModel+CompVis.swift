extension UNet2DConditionModel {
  /// Infers the configuration from the names that the CompVis code gives, without their prefix.
  /// Heads, groups and epsilons, which no shape tells, are those of Stable Diffusion 1.
  init(recognizingCompVis checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.backbone = try UNetBackbone(recognizingCompVis: &checkpoint)
    found.upBlockTypes = found.backbone.downBlockTypes.reversed().map(
      Configuration.UpBlockType.init)
    found.outChannels = try checkpoint.extent(0, of: "out.2.weight", rank: 4, as: "out_channels")
    self.init(found)
  }
}

extension UNetBackbone {
  private static let usualHeads = 8

  fileprivate init(recognizingCompVis checkpoint: inout CheckpointReader) throws(Refusal) {
    self.init()
    let stem = "input_blocks.0.0.weight"
    inChannels = try checkpoint.extent(1, of: stem, rank: 4, as: "in_channels")
    let blocks = try checkpoint.count(of: "input_blocks", in: 2...100, as: "input_blocks")
    let levels = try Self.levels(of: blocks, in: &checkpoint)
    guard let layers = levels.first?.count, layers > 0,
      levels.allSatisfy({ $0.count == layers })
    else { throw checkpoint.refusal("input_blocks", "has levels of unlike depth") }
    layersPerBlock = layers
    blockOutChannels = levels.map { $0[0].channels }
    downBlockTypes = levels.map { $0[0].attends ? .crossAttention : .plain }
    attentionHeadDim = levels.map { _ in Self.usualHeads }
    try read(transformer: "middle_block.1", in: &checkpoint)
  }

  /// The residual blocks of each level, finest first.
  private static func levels(
    of blocks: Int, in checkpoint: inout CheckpointReader
  ) throws(Refusal) -> [[(channels: Int, attends: Bool)]] {
    var levels: [[(channels: Int, attends: Bool)]] = [[]]
    for number in 1..<blocks {
      let block = "input_blocks.\(number)"
      if checkpoint.checkpoint["\(block).0.op.weight"] != nil {
        levels.append([])
        continue
      }
      let channels = try checkpoint.extent(
        0, of: "\(block).0.in_layers.2.weight", rank: 4,
        as: "block_out_channels[\(levels.count - 1)]")
      let attends = checkpoint.checkpoint["\(block).1.norm.weight"] != nil
      levels[levels.count - 1].append((channels, attends))
    }
    return levels
  }

  /// What the transformers have in common.
  private mutating func read(
    transformer: String, in checkpoint: inout CheckpointReader
  ) throws(Refusal) {
    let layers = try checkpoint.count(
      of: "\(transformer).transformer_blocks", in: 1...100, as: "transformer_layers_per_block")
    transformerLayersPerBlock = blockOutChannels.map { _ in layers }
    crossAttentionDim = try checkpoint.extent(
      1, of: "\(transformer).transformer_blocks.0.attn2.to_k.weight", rank: 2,
      as: "cross_attention_dim")
    useLinearProjection = checkpoint.checkpoint["\(transformer).proj_in.weight"]?.rank == 2
  }
}
