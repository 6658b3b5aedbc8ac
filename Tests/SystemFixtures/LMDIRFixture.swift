import Checkpoints
import Foundation
import Paths
import Pictures
import Restoration
import Tensors

/// A tiny LMDIR with the tiny SDXL of the pipelines' fixtures, and what the restatement makes of a
/// picture: tools/fixtures/lmdir_pipeline.py.
package struct LMDIRFixture {
  package static let degradations = ["a photo of noise", "rain!"]
  package static let content = "an astronaut on a photo"
  package static let seed: UInt64 = 1_234_567

  package let expected: SafetensorsFile

  package init() throws {
    expected = try SafetensorsFile(path: Path(Fixtures.path("lmdir/expected.safetensors")))
  }

  package func picture(_ name: String) throws -> Picture {
    Picture(try expected.tensor(named: name))
  }

  package static func options(_ edit: (inout SystemOptions) -> Void = { _ in }) -> SystemOptions {
    var options = SystemOptions()
    options.steps = 3
    options.random = .cpu
    options.keepsReferences = false
    edit(&options)
    return options
  }

  package func subject(
    _ degradations: [String] = Self.degradations, content: String = Self.content,
    seed: UInt64 = Self.seed, reference: Picture? = nil
  ) throws -> Subject {
    var texts = ImageTexts()
    (texts[.degradation], texts[.content]) = (degradations, [content])
    return Subject(try picture("picture"), seed: seed, texts: texts, reference: reference)
  }

  /// Writes two bundles into a folder: `sdxl`, and `lmdir` that shares its parts.
  /// - Parameter configuration: of the restorer.
  /// - Returns: the path of `lmdir`.
  package static func writeBundles(to folder: URL, configuration: String? = nil) throws -> String {
    let (sdxl, lmdir) = (folder.path + "/sdxl", folder.path + "/lmdir")
    try FileManager.default.createDirectory(
      atPath: lmdir + "/restorer", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Fixtures.path("pipelines/sdxl"), toPath: sdxl)
    try FileManager.default.copyItem(
      atPath: Fixtures.path("lmdir/restorer.safetensors"),
      toPath: lmdir + "/restorer/model.safetensors")
    if let configuration {
      let file = URL(fileURLWithPath: lmdir + "/restorer/config.json")
      try Data(configuration.utf8).write(to: file)
    }
    try describe(sdxl, ["pipeline": "StableDiffusionXLPipeline", "components": [:]])
    func shared(_ architecture: String, _ folder: String? = nil) -> [String: String] {
      let part = ["architecture": architecture, "bundle": "sdxl"]
      return folder.map { part.merging(["folder": $0]) { $1 } } ?? part
    }
    try describe(
      lmdir,
      [
        "pipeline": "LMDIR",
        "bundles": ["sdxl": Digest.ofFile(Path(sdxl + "/bundle.json")) ?? ""],
        "components": [
          "restorer": "LMDIR", "text_encoder": shared("CLIPTextModel", "text_encoder"),
          "tokenizer": shared("CLIPTokenizer", "tokenizer"),
          "text_to_image": shared("StableDiffusionXLPipeline"),
        ] as [String: Any],
      ])
    return lmdir
  }

  /// Writes `bundle.json` with all files of a folder.
  package static func describe(_ folder: String, _ members: [String: Any]) throws {
    var description = members
    description["format_version"] = 1
    var files: [String: Any] = [:]
    for case let file as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
      let path = folder + "/" + file
      guard Path(path).kind == .file else { continue }
      let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
      files[file] = ["size": size, "sha256": Digest.ofFile(Path(path)) ?? ""] as [String: Any]
    }
    description["files"] = files
    let data = try JSONSerialization.data(withJSONObject: description, options: .sortedKeys)
    try data.write(to: URL(fileURLWithPath: folder + "/bundle.json"))
  }
}
