import Checkpoints
import Foundation
import Networks
import Paths
import SystemFixtures
import Tensors
import Testing

@testable import Models
@testable import Pictures
@testable import Restoration

/// Tiny random networks of TextualDegRemoval with what the restatement makes of some pictures: a
/// folder written by tools/fixtures/textualdegremoval_guidance.py.
struct TextualDegRemovalFixture {
  /// Pictures with a guidance image, and their seeds.
  static let painted: [(number: Int, seed: UInt64)] = [(0, 7), (1, 42)]
  /// All pictures.
  static let pictures = 0..<4

  private let expected: SafetensorsFile

  init() throws { expected = try SafetensorsFile(path: Path(Self.path("expected.safetensors"))) }

  static func path(_ entry: String) -> String { Fixtures.path("textualdegremoval/\(entry)") }

  func tensor(_ name: String, _ number: Int) throws -> HostTensor {
    try expected.tensor(named: "\(name).\(number)")
  }

  func picture(_ number: Int) throws -> Picture { Picture(try tensor("picture", number)) }

  func emptyState() throws -> HostTensor { try expected.tensor(named: "states.empty") }

  static func parts() throws -> GuidancePainter.Parts {
    let folder = try Folder(Path(path("")))
    return try GuidancePainter.Parts { role throws(LimpidError) in
      try folder.folder(role.rawValue)
    }
  }

  /// Writes two bundles into a folder: `sd21`, and `tdr` that paints with it.
  /// - Returns: the path of `tdr`.
  static func writeBundles(to folder: URL) throws -> String {
    let (sd21, tdr) = (folder.path + "/sd21", folder.path + "/tdr")
    let files = FileManager.default
    try files.createDirectory(atPath: tdr + "/restorer", withIntermediateDirectories: true)
    try files.copyItem(atPath: path("text_to_image"), toPath: sd21)
    for part in ["image_encoder", "mapper", "textual_restoration"] {
      try files.copyItem(atPath: path(part), toPath: "\(tdr)/\(part)")
    }
    try files.copyItem(
      atPath: path("guided.safetensors"), toPath: tdr + "/restorer/model.safetensors")
    try LMDIRFixture.describe(sd21, ["pipeline": "StableDiffusionPipeline", "components": [:]])
    try LMDIRFixture.describe(
      tdr,
      [
        "pipeline": "TextualDegRemoval",
        "bundles": ["sd21": try #require(Digest.ofFile(Path(sd21 + "/bundle.json")))],
        "components": [
          "restorer": Guided<NAFNet>.name, "image_encoder": CLIPVisionModel.name,
          "mapper": ImageToTextMapper.name, "textual_restoration": TextualRestoration.name,
          "text_to_image": ["architecture": "StableDiffusionPipeline", "bundle": "sd21"],
        ] as [String: Any],
      ])
    return tdr
  }
}
