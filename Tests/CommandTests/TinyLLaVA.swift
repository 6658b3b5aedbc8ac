import Checkpoints
import Conformance
import Foundation
import IR
import Networks
import Paths
import Tensors

/// A random LLaVA of a few layers, as transformers writes one.
enum TinyLLaVA {
  static let config = """
    {"architectures": ["LlavaForConditionalGeneration"], "model_type": "llava",
     "text_config": {"model_type": "llama", "vocab_size": 900, "hidden_size": 32,
      "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
      "max_position_embeddings": 512},
     "vision_config": {"model_type": "clip_vision_model", "hidden_size": 16,
      "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 2,
      "image_size": 12, "patch_size": 4}}
    """

  /// Writes it to a new folder `llava`.
  static func write(to folder: TemporaryFolder, _ config: String = config) throws {
    try folder.makeFolder("llava")
    try folder.write(Array(config.utf8), "llava/config.json")
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("LanguageTests/Fixtures/tokenizer/tokenizer.json")
    try folder.write([UInt8](try Data(contentsOf: fixture)), "llava/tokenizer.json")
    try Safetensors.write(try tensors(), to: Path(folder.path("llava/model.safetensors")))
  }

  private static func tensors() throws -> [(String, HostTensor)] {
    var words = Llama.Configuration()
    (words.hiddenSize, words.intermediateSize, words.numHiddenLayers) = (32, 48, 2)
    (words.numAttentionHeads, words.numKeyValueHeads, words.vocabSize) = (4, 4, 900)
    var sight = CLIPVisionModel.Configuration()
    (sight.encoder.hiddenSize, sight.encoder.intermediateSize) = (16, 24)
    (sight.encoder.numHiddenLayers, sight.encoder.numAttentionHeads) = (2, 2)
    (sight.imageSize, sight.patchSize) = (12, 4)
    let eye = LLaVAVision(CLIPVisionModel(sight), hiddenSize: 32)
    let parts: [(String, Manifest)] = [
      ("language_model.", try Llama(words).manifest), ("", try eye.manifest),
    ]
    return try parts.flatMap { prefix, manifest in
      let weights = SeededWeights(manifest, seed: "describe")
      return try manifest.entries.map { (prefix + $0.path, try weights.tensor($0.path)) }
    }
  }
}
