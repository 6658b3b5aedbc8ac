import Checkpoints
import Foundation
import Networks
import Paths
import Pictures
import Restoration
import SystemFixtures
import Tensors
import TestSupport
import Testing

/// A tiny AutoDIR with what the restatement makes of a picture: tools/fixtures/autodir.py.
struct AutoDIRFixture {
  /// As the script prints them.
  static let labels: [Degradation] = [.underexposure, .noise, .lowResolution]

  let expected: SafetensorsFile

  init() throws { expected = try SafetensorsFile(path: Path(Self.path("expected.safetensors"))) }

  static func path(_ entry: String) -> String { Fixtures.path("autodir/\(entry)") }

  func tensor(_ name: String) throws -> HostTensor { try expected.tensor(named: name) }

  func picture() throws -> Picture { Picture(try tensor("picture")) }

  /// Writes the checkpoint into a folder, with the tokenizer beside it, and returns its path.
  /// - Parameter isKept: which tensors.
  static func write(
    to folder: URL, named name: String = "autodir.safetensors",
    keeping isKept: (String) -> Bool = { _ in true }
  ) throws -> String {
    try AutoDIRCheckpoint.write(
      to: folder, named: name, fixture: URL(fileURLWithPath: path("")), keeping: isKept)
  }
}
