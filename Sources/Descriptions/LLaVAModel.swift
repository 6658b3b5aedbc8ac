import Checkpoints
import IR
import Language
import Models
import Networks
import Paths
import Pictures

/// LLaVA-1.5 in files as people have them: a folder of safetensors with `config.json` and
/// `tokenizer.json` or `tokenizer.model`, or a GGUF file with that of its tower (`mmproj`) beside
/// it.
package struct LLaVAModel: Sendable {
  let network: LLaVA
  let vision: Binding
  let language: Binding
  let tokenizer: LlamaTokenizer
  /// What a person called it.
  package let name: String
  /// Tells its files from others, by their names, sizes and times.
  package let fingerprint: String

  private static let configurationName = "config.json"
  /// The folder of the tower in the folder of an original model, which comes without it.
  private static let towerFolder = "vision_tower"

  /// - Throws: ``LimpidError``, which names the file.
  package init(_ path: Path) throws(LimpidError) {
    do {
      if Folder.exists(path), try Folder(path).has(Self.configurationName) {
        try self.init(folder: path)
      } else {
        try self.init(gguf: path)
      }
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  private init(folder path: Path) throws {
    let folder = try Folder(path)
    let fields = try ConfigurationReader(
      parsing: try folder.bytes(Self.configurationName, limit: 1 << 20))
    var checkpoint = try Self.checkpoint(folder)
    if folder.has(Self.towerFolder) {
      let tower = try folder.folder(Self.towerFolder)
      checkpoint = checkpoint.joined(by: [try tower.tensors("model.safetensors")])
    }
    let network = try LLaVA(fields, checkpoint.manifestEntries)
    let vocabulary =
      folder.has("tokenizer.json")
      ? try LlamaVocabulary(json: try Self.bytes("tokenizer.json", folder))
      : try LlamaVocabulary(sentencePiece: try Self.bytes("tokenizer.model", folder))
    try self.init(path.text, folder.fingerprint, network, (checkpoint, checkpoint), vocabulary)
  }

  private init(gguf path: Path) throws {
    let (words, sight) = try Self.files(path)
    let (language, vision) = (try GGUFFile(path: words), try GGUFFile(path: sight))
    let (tongue, eye) = (Checkpoint(language), Checkpoint(vision))
    let network = try LLaVA(
      language: ConfigurationReader(metadata: language.metadata), tongue.manifestEntries,
      vision: ConfigurationReader(metadata: vision.metadata), eye.manifestEntries)
    let stamps = [words, sight].map { "\($0.name) \($0.stamp.map { "\($0)" } ?? "")" }
    try self.init(
      path.text, Digest.of(stamps.joined(separator: "\n").utf8), network, (eye, tongue),
      try LlamaVocabulary(metadata: language.metadata))
  }

  private init(
    _ name: String, _ fingerprint: String, _ network: LLaVA,
    _ weights: (vision: Checkpoint, language: Checkpoint),
    _ vocabulary: LlamaVocabulary
  ) throws {
    func binding(_ found: Recognition, _ checkpoint: Checkpoint) throws -> Binding {
      try Binding(
        try found.architecture.manifest, to: checkpoint, allowUnused: true,
        location: found.dialect.location)
    }
    (self.name, self.fingerprint) = (name, fingerprint)
    self.network = network
    vision = try binding(network.vision, weights.vision)
    language = try binding(network.language, weights.language)
    tokenizer = LlamaTokenizer(vocabulary)
    let known = network.tongue.configuration.vocabSize
    guard vocabulary.count <= known else {
      throw LimpidError(
        .badData, "the tokenizer has \(vocabulary.count) tokens, the model knows \(known)")
    }
  }

  private static func bytes(_ entry: String, _ folder: Folder) throws(LimpidError) -> [UInt8] {
    try folder.bytes(entry, limit: LlamaVocabulary.maximumBytes)
  }

  private static func checkpoint(_ folder: Folder) throws -> Checkpoint {
    let index = "model.safetensors.index.json"
    guard folder.has(index) else { return Checkpoint(try folder.tensors("model.safetensors")) }
    return try Checkpoint(
      try ShardIndex(parsing: try folder.bytes(index, limit: ShardIndex.maximumBytes))
    ) { try folder.tensors($0) }
  }

  /// The files of the language model and of the tower, of a folder or of one of its files.
  private static func files(_ path: Path) throws(LimpidError) -> (words: Path, sight: Path) {
    let isFolder = Folder.exists(path)
    let folder = isFolder ? path : path.folder
    let names = (folder.entries ?? []).filter { $0.text.lowercased().hasSuffix(".gguf") }
    let towers = names.filter { $0.text.lowercased().contains("mmproj") }
    let others = names.filter { !towers.contains($0) }
    guard towers.count == 1 else {
      throw LimpidError(
        towers.isEmpty ? .noInput : .usage,
        "\(folder): \(towers.count) files of a tower (mmproj*.gguf) are there, one is wanted")
    }
    guard isFolder else { return (path, folder.appending(towers[0])) }
    guard others.count == 1 else {
      throw LimpidError(
        others.isEmpty ? .noInput : .usage,
        "\(folder): \(others.count) language models (.gguf) are there, one is wanted")
    }
    return (folder.appending(others[0]), folder.appending(towers[0]))
  }
}

extension Checkpoint {
  fileprivate var manifestEntries: [Manifest.Entry] {
    entries.map { Manifest.Entry(path: $0.name, shape: $0.shape) }
  }
}
