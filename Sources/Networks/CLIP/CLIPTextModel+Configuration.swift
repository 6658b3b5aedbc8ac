import Tensors

extension CLIPTextModel {
  package static let classNames = ["CLIPTextModel", "CLIPTextModelWithProjection"]
  package static func isBuffer(_ name: String) -> Bool {
    name.hasSuffix("embeddings.position_ids") || name.hasSuffix("logit_scale")
  }

  package var dialects: [KeyDialect] { [.own, Self.bareDialect, openCLIPDialect()] }

  package init(configuring fields: inout ConfigurationReader) throws(ConfigurationError) {
    var found = Configuration()
    found.encoder = try CLIPEncoder(
      configuring: &fields, hiddenSize: 512, intermediateSize: 2048, heads: 8)
    found.vocabSize = try fields.whole("vocab_size", default: 49408)
    found.maxPositionEmbeddings = try fields.whole(
      "max_position_embeddings", default: 77, in: 1...65_536)
    found.eosTokenID = try fields.whole("eos_token_id", default: 49407, in: 0...1 << 20)
    if fields.className == "CLIPTextModelWithProjection" {
      found.projectionDim = try fields.whole("projection_dim", default: 512)
    }
    self.init(found)
  }

  package var hyperparameters: [Hyperparameter] {
    var choices = [
      Hyperparameter("vocab_size", .integer(configuration.vocabSize)),
      Hyperparameter("max_position_embeddings", .integer(configuration.maxPositionEmbeddings)),
      Hyperparameter("eos_token_id", .integer(configuration.eosTokenID)),
    ]
    if let features = configuration.projectionDim {
      choices.append(Hyperparameter("projection_dim", .integer(features)))
    }
    return configuration.encoder.hyperparameters + choices
  }

  /// A text has no channels.
  package var inputChannels: Int { 0 }
  package var outputChannels: Int { 0 }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { true }

  /// Texts of full length, whatever the size.
  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    ["input_ids": [batch, configuration.maxPositionEmbeddings]]
  }
}

extension CLIPEncoder {
  /// - Parameters:
  ///   - hiddenSize: where the file does not say; so for the others.
  init(
    configuring fields: inout ConfigurationReader, hiddenSize: Int, intermediateSize: Int,
    heads: Int
  ) throws(ConfigurationError) {
    self.init()
    self.hiddenSize = try fields.whole("hidden_size", default: hiddenSize)
    self.intermediateSize = try fields.whole("intermediate_size", default: intermediateSize)
    numHiddenLayers = try fields.whole("num_hidden_layers", default: 12, in: 1...1000)
    numAttentionHeads = try fields.whole("num_attention_heads", default: heads)
    guard self.hiddenSize % numAttentionHeads == 0 else {
      throw .field("num_attention_heads", expected: "a divisor of hidden_size")
    }
    hiddenAct = try fields.choice("hidden_act", default: .quickGelu)
    layerNormEps = Float(try fields.number("layer_norm_eps", default: 1e-5, in: 1e-12...1))
  }

  var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("hidden_size", .integer(hiddenSize)),
      Hyperparameter("intermediate_size", .integer(intermediateSize)),
      Hyperparameter("num_hidden_layers", .integer(numHiddenLayers)),
      Hyperparameter("num_attention_heads", .integer(numAttentionHeads)),
      Hyperparameter("hidden_act", .text(hiddenAct.rawValue)),
      Hyperparameter("layer_norm_eps", .number(Double(layerNormEps))),
    ]
  }
}
