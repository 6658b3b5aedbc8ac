import Checkpoints
import Foundation
import IR
import Language
import Networks
import Paths
import Tensors
import Testing

/// A random LLaVA-1.5 with grouped queries, in each layout of its files, and what transformers
/// makes of pictures with it: `tools/fixtures/llava.py`.
struct LLaVAFixture {
  enum Layout: CaseIterable {
    /// Names of transformers since version 4.52, before it, of the original, and of GGUF files.
    case newer, hub, original, gguf
  }

  let model: LLaVA
  let vision: Binding
  let language: Binding
  let inputs: [String: HostTensor]
  let expected: [String: HostTensor]

  static let end: Int32 = 2

  init(_ layout: Layout) throws {
    inputs = try Self.tensors("inputs")
    expected = try Self.tensors("expected")
    let eye: Checkpoint
    let tongue: Checkpoint
    if layout == .gguf {
      let (language, sight) = (try Self.gguf("model"), try Self.gguf("mmproj"))
      (tongue, eye) = (Checkpoint(language), Checkpoint(sight))
      model = try LLaVA(
        language: ConfigurationReader(metadata: language.metadata), tongue.entryList,
        vision: ConfigurationReader(metadata: sight.metadata), eye.entryList)
    } else {
      let file = try SafetensorsFile(path: try Self.path("model.safetensors"))
      tongue = Checkpoint(RenamedFile(file, layout.name(of:)))
      eye = tongue
      let bytes = try SmallFile.bytes(path: try Self.path("config.json"), limit: 1 << 20)
      model = try LLaVA(try ConfigurationReader(parsing: bytes), tongue.entryList)
    }
    vision = try Self.binding(model.vision, eye)
    language = try Self.binding(model.language, tongue)
  }

  /// What the prompt of `inputs` has on either side of the picture.
  var prompt: Describer.Prompt {
    let ids = inputs["input_ids"]!.floats.map { Int32($0) }
    let place = ids.firstIndex(of: 125)!
    let count = ids.count { $0 == 125 }
    return Describer.Prompt(
      before: Array(ids[..<place]), after: Array(ids[(place + count)...]))
  }

  private static func binding(_ found: Recognition, _ checkpoint: Checkpoint) throws -> Binding {
    try Binding(
      try found.architecture.manifest, to: checkpoint, allowUnused: true,
      location: found.dialect.location)
  }

  static func path(_ name: String) throws -> Path {
    let folder = try #require(Bundle.module.resourceURL)
    return Path(folder.appendingPathComponent("Fixtures/llava/\(name)").path)
  }

  private static func gguf(_ name: String) throws -> GGUFFile {
    try GGUFFile(path: try path("\(name).gguf"))
  }

  private static func tensors(_ name: String) throws -> [String: HostTensor] {
    let file = try SafetensorsFile(path: try path("\(name).safetensors"))
    return Dictionary(
      uniqueKeysWithValues: try file.entries.map { ($0.name, try file.tensor(named: $0.name)) })
  }
}

extension LLaVAFixture.Layout {
  /// The name in this layout of what newer files call `name`.
  func name(of name: String) -> String {
    let names: [(newer: String, hub: String, original: String)] = [
      ("model.language_model.", "language_model.model.", "model."),
      ("lm_head.", "language_model.lm_head.", "lm_head."),
      ("model.vision_tower.", "vision_tower.vision_model.", "vision_model."),
      (
        "model.multi_modal_projector.linear_1.", "multi_modal_projector.linear_1.",
        "model.mm_projector.0."
      ),
      (
        "model.multi_modal_projector.linear_2.", "multi_modal_projector.linear_2.",
        "model.mm_projector.2."
      ),
    ]
    guard self != .newer, let found = names.first(where: { name.hasPrefix($0.newer) }) else {
      return name
    }
    return (self == .hub ? found.hub : found.original) + name.dropFirst(found.newer.count)
  }
}

/// The tensors of a file under other names.
private struct RenamedFile: TensorFile {
  private let file: SafetensorsFile
  private let names: [String: String]
  let contents: [CheckpointEntry]

  init(_ file: SafetensorsFile, _ renamed: (String) -> String) {
    self.file = file
    names = Dictionary(uniqueKeysWithValues: file.entries.map { (renamed($0.name), $0.name) })
    contents = file.entries.map {
      CheckpointEntry(name: renamed($0.name), type: $0.type, shape: $0.shape)
    }
  }

  var byteCount: Int { file.byteCount }

  func tensor(named name: String) throws(SafetensorsError) -> HostTensor {
    try file.tensor(named: names[name] ?? name)
  }

  func forEachPiece(
    ofTensor name: String, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(SafetensorsError) {
    try file.forEachPiece(ofTensor: names[name] ?? name, body)
  }
}

extension Checkpoint {
  fileprivate var entryList: [Manifest.Entry] {
    entries.map { Manifest.Entry(path: $0.name, shape: $0.shape) }
  }
}
