import IR
import JSON

/// LLaVA-1.5: a language model that sees one image. H. Liu et al., "Visual Instruction Tuning",
/// NeurIPS 2023; "Improved Baselines with Visual Instruction Tuning", CVPR 2024.
package struct LLaVA: Sendable {
  /// How pictures and questions are laid before the model.
  package enum Dialect: Hashable, Sendable {
    /// liuhaotian/llava-v1.5: padded to a square, behind a system prompt.
    case original
    /// llava-hf: cropped to a square.
    case transformers
  }

  package let vision: Recognition
  package let language: Recognition
  package let dialect: Dialect

  /// The network of what it sees, and that of what it says.
  package var eye: LLaVAVision { vision.architecture as! LLaVAVision }
  package var tongue: Llama { language.architecture as! Llama }

  /// Recognises a model by its `config.json` and the tensors of its files, in any of the layouts of
  /// safetensors. The original's tower is in files of its own, which may be among them.
  /// - Throws: ``ConfigurationError``, ``Refusal`` or ``Fault``.
  package init(_ fields: ConfigurationReader, _ tensors: [Manifest.Entry]) throws {
    var tower: CLIPVisionModel
    let words: Llama
    var fields = fields
    switch fields.className {
    case "LlavaForConditionalGeneration",
      "llava" where fields.has("text_config"):
      dialect = .transformers
      (tower, words) = try Self.parts(&fields)
    case "LlavaLlamaForCausalLM", "llava":
      dialect = .original
      tower = CLIPVisionModel(.large336)
      try fields.require(
        "mm_vision_tower", .string("openai/clip-vit-large-patch14-336"))
      try fields.require("mm_projector_type", .string("mlp2x_gelu"))
      try fields.require("image_aspect_ratio", .string("pad"))
      words = try Llama(configuring: &fields)
    case let other: throw ConfigurationError.unknownClass(other)
    }
    try fields.require("vision_feature_layer", .whole(-2))
    try fields.require("mm_vision_select_layer", .whole(-2))
    try fields.require("vision_feature_select_strategy", .string("default"))
    tower = tower.withoutLastLayer
    let eye = LLaVAVision(tower, hiddenSize: words.configuration.hiddenSize)
    vision = try eye.recognition(of: tensors, in: Self.visionDialects)
    language = try words.recognition(of: tensors, in: Self.languageDialects)
  }

  /// Recognises a model by the metadata and tensors of its two GGUF files.
  package init(
    language fields: ConfigurationReader, _ tensors: [Manifest.Entry],
    vision sight: ConfigurationReader, _ parts: [Manifest.Entry]
  ) throws {
    dialect = .original
    var (fields, sight) = (fields, sight)
    let table = tensors.first { $0.path == "token_embd.weight" }
    let words = try Llama(metadata: &fields, vocabSize: table?.shape.extents.first ?? 1)
    let eye = try LLaVAVision(metadata: &sight, hiddenSize: words.configuration.hiddenSize)
    vision = try eye.recognition(of: parts, in: eye.ggufDialects)
    language = try words.recognition(of: tensors, in: [words.ggufDialect])
  }

  private static func parts(
    _ fields: inout ConfigurationReader
  ) throws(ConfigurationError) -> (CLIPVisionModel, Llama) {
    try fields.require("projector_hidden_act", .string("gelu"))
    try fields.require("multimodal_projector_bias", .boolean(true))
    var (seen, said) = (try fields.object("vision_config"), try fields.object("text_config"))
    guard seen.className == "clip_vision_model" || seen.className.hasPrefix("CLIPVisionModel")
    else { throw .unknownClass(seen.className) }
    guard said.className == "llama" || said.className == "LlamaForCausalLM" else {
      throw .unknownClass(said.className)
    }
    return (try CLIPVisionModel(configuring: &seen), try Llama(configuring: &said))
  }
}

extension CLIPVisionModel {
  fileprivate var withoutLastLayer: CLIPVisionModel {
    var fewer = configuration
    fewer.encoder.numHiddenLayers -= 1
    return CLIPVisionModel(fewer)
  }
}

extension CLIPVisionModel.Configuration {
  /// ViT-L/14 at 336 pixels.
  fileprivate static var large336: Self {
    var large = Self()
    large.encoder.hiddenSize = 1024
    large.encoder.intermediateSize = 4096
    large.encoder.numHiddenLayers = 24
    large.encoder.numAttentionHeads = 16
    (large.imageSize, large.patchSize) = (336, 14)
    return large
  }
}
