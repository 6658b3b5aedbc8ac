extension UNet2DConditionModel: RecognizableArchitecture {
  package var bareDialect: KeyDialect { compVisDialect.bare }

  /// Infers the configuration from the names that the CompVis code gives, without their prefix.
  /// Epsilons, which no shape tells, are those of Stable Diffusion 1; so are heads and groups
  /// where they fit.
  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.backbone = try UNetBackbone(recognizing: &checkpoint)
    found.upBlockTypes = found.backbone.downBlockTypes.reversed().map(
      Configuration.UpBlockType.init)
    found.outChannels = try checkpoint.extent(0, of: "out.2.weight", rank: 4, as: "out_channels")
    if found.backbone.textTime != nil { found.sampleSize = 128 }
    self.init(found)
  }
}

extension ControlNetModel: RecognizableArchitecture {
  package var bareDialect: KeyDialect { compVisDialect.bare }

  /// Infers the configuration from the names that ControlNet's authors give, as for the U-Net.
  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    let hint = "input_hint_block"
    found.conditioningChannels = try checkpoint.extent(
      1, of: "\(hint).0.weight", rank: 4, as: "conditioning_channels")
    found.conditioningEmbeddingOutChannels = []
    var layer = 0
    // Between the first and the last layer, two for each width that follows.
    while checkpoint.checkpoint["\(hint).\(layer + 2).weight"] != nil, layer <= 40 {
      found.conditioningEmbeddingOutChannels.append(
        try checkpoint.extent(
          0, of: "\(hint).\(layer).weight", rank: 4,
          as: "conditioning_embedding_out_channels[\(layer / 4)]"))
      layer += 4
    }
    found.backbone = try UNetBackbone(recognizing: &checkpoint)
    self.init(found)
  }
}

extension UNetBackbone {
  private static let usualHeads = 8
  /// Features of a head where transformers project by matrices, as from Stable Diffusion 2 on.
  private static let headFeatures = 64

  fileprivate init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
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
    try read(transformer: "middle_block.1", in: &checkpoint)
    try readDepths(of: levels.map { $0[0].number }, in: &checkpoint)
    attentionHeadDim = blockOutChannels.map {
      useLinearProjection
        ? max(1, $0 / Self.headFeatures) : Self.usualHeads.commonDivisor([$0])
    }
    normNumGroups = normNumGroups.commonDivisor(blockOutChannels)
    try readTextTime(in: &checkpoint)
  }

  private typealias Block = (number: Int, channels: Int, attends: Bool)

  /// The residual blocks of each level, finest first.
  private static func levels(
    of blocks: Int, in checkpoint: inout CheckpointReader
  ) throws(Refusal) -> [[Block]] {
    var levels: [[Block]] = [[]]
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
      levels[levels.count - 1].append((number, channels, attends))
    }
    return levels
  }

  /// What the transformers have in common.
  private mutating func read(
    transformer: String, in checkpoint: inout CheckpointReader
  ) throws(Refusal) {
    crossAttentionDim = try checkpoint.extent(
      1, of: "\(transformer).transformer_blocks.0.attn2.to_k.weight", rank: 2,
      as: "cross_attention_dim")
    useLinearProjection = checkpoint.checkpoint["\(transformer).proj_in.weight"]?.rank == 2
  }

  /// How many blocks the transformers of each level have; those of the coarsest as the middle.
  /// - Parameter blocks: the first residual block of each level.
  private mutating func readDepths(
    of blocks: [Int], in checkpoint: inout CheckpointReader
  ) throws(Refusal) {
    let middle = try checkpoint.count(
      of: "middle_block.1.transformer_blocks", in: 1...100, as: "transformer_layers_per_block")
    transformerLayersPerBlock = []
    for (level, number) in blocks.dropLast().enumerated() {
      let depth =
        downBlockTypes[level] == .plain
        ? 1
        : try checkpoint.count(
          of: "input_blocks.\(number).1.transformer_blocks", in: 1...100,
          as: "transformer_layers_per_block[\(level)]")
      transformerLayersPerBlock.append(depth)
    }
    transformerLayersPerBlock.append(middle)
  }

  private mutating func readTextTime(in checkpoint: inout CheckpointReader) throws(Refusal) {
    let key = "label_emb.0.0.weight"
    guard checkpoint.checkpoint[key] != nil else { return }
    var found = TextTime()
    found.projectionClassEmbeddingsInputDim = try checkpoint.extent(
      1, of: key, rank: 2, as: "projection_class_embeddings_input_dim")
    while found.additionTimeEmbedDim > 2,
      6 * found.additionTimeEmbedDim >= found.projectionClassEmbeddingsInputDim
    { found.additionTimeEmbedDim /= 2 }
    textTime = found
  }
}

extension Int {
  /// The greatest number that divides this one and all of the others, which are positive.
  func commonDivisor(_ others: [Int]) -> Int {
    others.reduce(self) { first, second in
      var (a, b) = (first, second)
      while b > 0 { (a, b) = (b, a % b) }
      return a
    }
  }
}
