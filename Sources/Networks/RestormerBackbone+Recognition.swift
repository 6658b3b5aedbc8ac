extension RestormerBackbone {
  /// Three levels below the first, each of half the size.
  static let sizeMultiple = 8

  private static let levels = ["encoder_level1", "encoder_level2", "encoder_level3", "latent"]

  var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("dim", .integer(dim)),
      Hyperparameter("num_blocks", .integers(blocks)),
      Hyperparameter("heads", .integers(heads)),
      Hyperparameter(style.feedForward.expansionName, .number(style.expansion.factor)),
      Hyperparameter("bias", .flag(style.bias)),
      Hyperparameter("LayerNorm_type", .text(style.centersNorm ? "WithBias" : "BiasFree")),
    ]
  }

  /// - Parameters:
  ///   - feedForward: what the network's feed-forward networks are.
  ///   - others: further blocks of the network; the expansion factor must fit them too.
  init(
    recognizing checkpoint: inout CheckpointReader,
    feedForward: RestormerStyle.FeedForward = .gated, alsoFitting others: [String] = []
  ) throws(Refusal) {
    dim = try checkpoint.extent(0, of: "patch_embed.proj.weight", rank: 4, as: "dim")
    blocks = []
    heads = []
    for (index, level) in Self.levels.enumerated() {
      blocks.append(try checkpoint.count(of: level, in: 1...1000, as: "num_blocks[\(index)]"))
      heads.append(
        try checkpoint.extent(
          0, of: "\(level).0.attn.temperature", rank: 3, as: "heads[\(index)]"))
    }
    style.expansion = try Expansion(
      recognizing: &checkpoint, blocks: Self.levels.map { $0 + ".0" } + others,
      parts: feedForward.parts)
    style.feedForward = feedForward
    style.bias = checkpoint.has("encoder_level1.0.attn.qkv.bias", as: "bias")
    style.centersNorm = checkpoint.has("encoder_level1.0.norm1.body.bias", as: "LayerNorm WithBias")
  }
}

extension RestormerStyle.FeedForward {
  /// What configurations call the factor of the hidden layer.
  fileprivate var expansionName: String {
    switch self {
    case .plain: "ffn_factor"
    case .gated, .mixedScale: "ffn_expansion_factor"
    }
  }

  /// Tensors that the hidden layer is joined from before it narrows.
  fileprivate var parts: Int {
    switch self {
    case .plain, .gated: 1
    case .mixedScale: 2
    }
  }
}

extension Expansion {
  /// - Parameter parts: how many hidden layers the projection joins.
  fileprivate init(
    recognizing checkpoint: inout CheckpointReader, blocks: [String], parts: Int
  ) throws(Refusal) {
    var widths: [(channels: Int, hidden: Int)] = []
    for block in blocks {
      let key = "\(block).ffn.project_out.weight"
      let channels = try checkpoint.extent(0, of: key, rank: 4, as: "channels")
      let hidden = try checkpoint.extent(1, of: key, rank: 4, as: "hidden channels") / parts
      widths.append((channels, hidden))
    }
    guard let expansion = Expansion(widths: widths) else {
      throw checkpoint.refusal(
        "\(blocks[0]).ffn.project_out.weight",
        "and its counterparts have hidden widths of no common factor")
    }
    self = expansion
  }
}
