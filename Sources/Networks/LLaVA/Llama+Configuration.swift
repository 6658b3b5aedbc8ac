import JSON
import Tensors

extension Llama {
  /// Reads the fields of transformers' `LlamaConfig`.
  package init(configuring fields: inout ConfigurationReader) throws(ConfigurationError) {
    var found = Configuration()
    found.hiddenSize = try fields.whole("hidden_size", default: 4096)
    found.intermediateSize = try fields.whole("intermediate_size", default: 11008)
    found.numHiddenLayers = try fields.whole("num_hidden_layers", default: 32, in: 1...1000)
    found.numAttentionHeads = try fields.whole("num_attention_heads", default: 32)
    found.numKeyValueHeads = try fields.whole(
      "num_key_value_heads", default: found.numAttentionHeads)
    found.vocabSize = try fields.whole("vocab_size", default: 32000)
    found.maxPositionEmbeddings = try fields.whole("max_position_embeddings", default: 2048)
    found.rmsNormEps = Float(try fields.number("rms_norm_eps", default: 1e-6, in: 1e-12...1))
    found.ropeTheta = Float(
      try fields.rotary("rope_theta", default: 10_000, in: 2...1e9))
    try fields.require("hidden_act", .string("silu"))
    try fields.require("attention_bias", .boolean(false))
    try fields.require("mlp_bias", .boolean(false))
    try fields.require("tie_word_embeddings", .boolean(false))
    try found.requireHeads("num_attention_heads", "num_key_value_heads")
    try fields.require("head_dim", .whole(found.headDim))
    self.init(found)
  }

  /// Reads the metadata of a GGUF file.
  package init(
    metadata fields: inout ConfigurationReader, vocabSize: Int
  ) throws(ConfigurationError) {
    var found = Configuration()
    try fields.require("general.architecture", .string("llama"))
    found.hiddenSize = try fields.whole("llama.embedding_length")
    found.intermediateSize = try fields.whole("llama.feed_forward_length")
    found.numHiddenLayers = try fields.whole("llama.block_count", in: 1...1000)
    found.numAttentionHeads = try fields.whole("llama.attention.head_count")
    found.numKeyValueHeads = try fields.whole(
      "llama.attention.head_count_kv", default: found.numAttentionHeads)
    found.vocabSize = vocabSize
    found.maxPositionEmbeddings = try fields.whole("llama.context_length")
    found.rmsNormEps = Float(
      try fields.number("llama.attention.layer_norm_rms_epsilon", in: 1e-12...1))
    found.ropeTheta = Float(
      try fields.number("llama.rope.freq_base", default: 10_000, in: 2...1e9))
    found.isInterleaved = true
    try found.requireHeads("llama.attention.head_count", "llama.attention.head_count_kv")
    try fields.require("llama.rope.dimension_count", .whole(found.headDim))
    self.init(found)
  }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("hidden_size", .integer(configuration.hiddenSize)),
      Hyperparameter("intermediate_size", .integer(configuration.intermediateSize)),
      Hyperparameter("num_hidden_layers", .integer(configuration.numHiddenLayers)),
      Hyperparameter("num_attention_heads", .integer(configuration.numAttentionHeads)),
      Hyperparameter("num_key_value_heads", .integer(configuration.numKeyValueHeads)),
      Hyperparameter("vocab_size", .integer(configuration.vocabSize)),
      Hyperparameter("rms_norm_eps", .number(Double(configuration.rmsNormEps))),
      Hyperparameter("rope_theta", .number(Double(configuration.ropeTheta))),
    ]
  }

  /// A text has no channels.
  package var inputChannels: Int { 0 }
  package var outputChannels: Int { 0 }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { true }

  /// A single token with caches for one.
  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    operands(batch: batch, tokens: 1, capacity: 1)
  }

  /// - Parameters:
  ///   - capacity: tokens that the caches have room for.
  ///   - patches: features of the image among the words; nil: there is none.
  package func operands(
    batch: Int, tokens: Int, capacity: Int, patches: Int? = nil
  ) -> [String: Shape] {
    var shapes: [String: Shape] = [
      "input_ids": [batch, tokens], "positions": [batch, tokens], "begins": [batch, 1],
    ]
    let features = configuration.numKeyValueHeads * configuration.headDim
    for index in 0..<configuration.numHiddenLayers {
      shapes["keys.\(index)"] = [batch, features, capacity, 1]
      shapes["values.\(index)"] = [batch, features, capacity, 1]
    }
    if let patches {
      shapes["image_features"] = [batch, configuration.hiddenSize, patches, 1]
      shapes["token_sources"] = [batch, tokens]
    }
    return shapes
  }
}

extension Llama.Configuration {
  fileprivate func requireHeads(
    _ heads: String, _ keyHeads: String
  ) throws(ConfigurationError) {
    guard hiddenSize % numAttentionHeads == 0, headDim % 2 == 0 else {
      throw .field(heads, expected: "a divisor of the hidden size into even parts")
    }
    guard numAttentionHeads % numKeyValueHeads == 0 else {
      throw .field(keyHeads, expected: "a divisor of the number of heads")
    }
  }
}

extension ConfigurationReader {
  /// A number that newer files keep among the parameters of rotary embeddings, which scale nothing.
  fileprivate mutating func rotary(
    _ name: String, default value: Double, in range: ClosedRange<Double>
  ) throws(ConfigurationError) -> Double {
    for group in ["rope_parameters", "rope_scaling"] where has(group) {
      var inner = try object(group)
      try inner.require("rope_type", .string("default"))
      guard inner.has(name) else { continue }
      return try inner.number(name, in: range)
    }
    return try number(name, default: value, in: range)
  }
}
