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

  /// The weights of no variant, or else of one such as `model.fp16.safetensors`.
  private static func checkpoint(_ folder: Folder) throws(LimpidError) -> Checkpoint {
    for stem in stems {
      for variant in [""] + variants(of: stem, in: folder) {
        let file = "\(stem)\(variant).safetensors"
        if folder.has(file) { return Checkpoint(try folder.tensors(file)) }
        let name = "\(stem).safetensors.index\(variant).json"
        guard folder.has(name) else { continue }
        let bytes = try folder.bytes(name, limit: ShardIndex.maximumBytes)
        do {
          return try Checkpoint(try ShardIndex(parsing: bytes)) { try folder.tensors($0) }
        } catch {
          throw LimpidError(error, subject: folder.called(name))
        }
      }
    }
    throw missing(in: folder)
  }

  /// What stands in the names of variants, dots included; half precision first.
  private static func variants(of stem: String, in folder: Folder) -> [String] {
    let ends = [("\(stem).", ".safetensors"), ("\(stem).safetensors.index.", ".json")]
    let found = folder.entries.flatMap { name in
      ends.compactMap { start, end -> String? in
        guard name.hasPrefix(start), name.hasSuffix(end), name.utf8.count > (start + end).utf8.count
        else { return nil }
        let variant = name.dropFirst(start.count).dropLast(end.count)
        return variant.contains(".") || variant.contains("-of-") ? nil : ".\(variant)"
      }
    }
    let others = Set(found).subtracting([".fp16"]).sorted()
    return (found.contains(".fp16") ? [".fp16"] : []) + others
  }

  private static func missing(in folder: Folder) -> LimpidError {
    let pickles = folder.entries.filter { $0.hasSuffix(".bin") }
    if let pickle = pickles.first(where: { $0.contains("pytorch_model") }) {
      return LimpidError(
        .badData,
        "\(folder.name): there is \(pickle), a pickle of PyTorch, but no safetensors; "
          + "'tools/convert FOLDER -o OUTPUT' makes them, of this folder or of all of a pipeline")
    }
    let names = stems.map { $0 + ".safetensors" }.joined(separator: " or ")
    return LimpidError(.noInput, "\(folder.name): no \(names), nor an index of shards")
  }
}
