extension CLIPTextModel {
  /// Infers the configuration of a text tower with projection from the names of transformers.
  /// Activation, epsilon and the end of texts, which no shape tells, are those of OpenAI's models.
  init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    let (embeddings, layers) = ("text_model.embeddings", "text_model.encoder.layers")
    let words = "\(embeddings).token_embedding.weight"
    found.vocabSize = try checkpoint.extent(0, of: words, rank: 2, as: "vocab_size")
    found.maxPositionEmbeddings = try checkpoint.extent(
      0, of: "\(embeddings).position_embedding.weight", rank: 2, as: "max_position_embeddings")
    found.encoder = try CLIPEncoder(
      recognizing: layers, hiddenSize: checkpoint.extent(1, of: words, rank: 2, as: "hidden_size"),
      in: &checkpoint)
    found.projectionDim = try checkpoint.extent(
      0, of: "text_projection.weight", rank: 2, as: "projection_dim")
    found.eosTokenID = 2
    self.init(found)
  }
}

extension CLIPVisionModel {
  /// Infers the configuration of an image tower with projection from the names of transformers.
  /// Activation and epsilon, which no shape tells, are those of OpenAI's models.
  init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    let (embeddings, layers) = ("vision_model.embeddings", "vision_model.encoder.layers")
    let patches = "\(embeddings).patch_embedding.weight"
    found.numChannels = try checkpoint.extent(1, of: patches, rank: 4, as: "num_channels")
    found.patchSize = try checkpoint.extent(2, of: patches, rank: 4, as: "patch_size")
    let positions = "\(embeddings).position_embedding.weight"
    let tokens = try checkpoint.extent(0, of: positions, rank: 2, as: "positions")
    let side = Int(Double(tokens - 1).squareRoot())
    guard side > 0, side * side == tokens - 1, found.patchSize <= 4096 / side else {
      throw checkpoint.refusal(positions, "has no rows for a square of patches and one more")
    }
    found.imageSize = side * found.patchSize
    found.encoder = try CLIPEncoder(
      recognizing: layers,
      hiddenSize: checkpoint.extent(0, of: patches, rank: 4, as: "hidden_size"), in: &checkpoint)
    found.projectionDim = try checkpoint.extent(
      0, of: "visual_projection.weight", rank: 2, as: "projection_dim")
    self.init(found)
  }
}

extension CLIPEncoder {
  /// OpenAI's towers have heads of this many features each.
  private static let headFeatures = 64

  fileprivate init(
    recognizing layers: String, hiddenSize: Int, in checkpoint: inout CheckpointReader
  ) throws(Refusal) {
    self.init()
    self.hiddenSize = hiddenSize
    numHiddenLayers = try checkpoint.count(of: layers, in: 1...1000, as: "num_hidden_layers")
    let perceptron = "\(layers).0.mlp.fc1.weight"
    intermediateSize = try checkpoint.extent(0, of: perceptron, rank: 2, as: "intermediate_size")
    guard hiddenSize.isMultiple(of: Self.headFeatures) else {
      throw checkpoint.refusal(perceptron, "is not of heads of \(Self.headFeatures) features")
    }
    numAttentionHeads = hiddenSize / Self.headFeatures
  }
}
