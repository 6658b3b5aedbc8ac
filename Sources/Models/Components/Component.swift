import Checkpoints
import IR
import Networks
import Pictures

/// A network in a folder as diffusers and transformers write it: `config.json` beside
/// safetensors, in one file or in shards.
struct Component {
  static let configurationName = "config.json"
  static let maximumConfigurationBytes = 1 << 20
  /// What diffusers and transformers call the weights.
  private static let stems = ["diffusion_pytorch_model", "model"]

  let checkpoint: Checkpoint
  let recognition: Recognition

  init(_ folder: Folder) throws(LimpidError) {
    let bytes = try folder.bytes(
      Self.configurationName, limit: Self.maximumConfigurationBytes)
    checkpoint = try Self.checkpoint(folder)
    let tensors = checkpoint.entries.map { Manifest.Entry(path: $0.name, shape: $0.shape) }
    do {
      recognition = try Architectures.recognize(
        try ConfigurationReader(parsing: bytes), tensors)
    } catch let error as ConfigurationError {
      throw LimpidError(error, subject: folder.called(Self.configurationName))
    } catch {
      throw LimpidError(error, subject: folder.name)
    }
  }

  private static func checkpoint(_ folder: Folder) throws(LimpidError) -> Checkpoint {
    for stem in stems {
      if folder.has(stem + ".safetensors") {
        return Checkpoint(try folder.tensors(stem + ".safetensors"))
      }
      let name = stem + ".safetensors.index.json"
      guard folder.has(name) else { continue }
      let bytes = try folder.bytes(name, limit: ShardIndex.maximumBytes)
      do {
        return try Checkpoint(try ShardIndex(parsing: bytes)) { try folder.tensors($0) }
      } catch {
        throw LimpidError(error, subject: folder.called(name))
      }
    }
    let names = stems.map { $0 + ".safetensors" }.joined(separator: " or ")
    throw LimpidError(.noInput, "\(folder.name): no \(names), nor an index of shards")
  }
}
