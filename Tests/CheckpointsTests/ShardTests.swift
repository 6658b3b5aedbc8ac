import Checkpoints
import Foundation
import Paths
import Tensors
import Testing

/// Checkpoints in several files.
@Suite struct ShardTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-shards-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, value) in [("a", Float(1)), ("b", 2)] {
      try Safetensors.write(
        [(name: name, tensor: HostTensor([1], [value]))],
        to: Path(folder.appendingPathComponent("\(name).safetensors").path))
    }
  }

  private func checkpoint(_ map: String) throws -> Checkpoint {
    let index = try ShardIndex(parsing: Array(#"{"metadata": {}, "weight_map": \#(map)}"#.utf8))
    return try Checkpoint(index) {
      try SafetensorsFile(path: Path(folder.appendingPathComponent($0).path))
    }
  }

  @Test func readsTensorsOfAllShards() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let checkpoint = try checkpoint(#"{"b": "b.safetensors", "a": "a.safetensors"}"#)
    #expect(checkpoint.entries.map(\.name) == ["a", "b"])
    #expect(try checkpoint.tensor(named: "a").floats == [1])
    #expect(try checkpoint.tensor(named: "b").floats == [2])
    #expect(checkpoint.entry(named: "c") == nil)
  }

  @Test(
    arguments: [
      (#"{"a": "../a.safetensors"}"#, ShardIndexError.badFile("a")),
      (#"{"a": "/etc/a.safetensors"}"#, .badFile("a")),
      (#"{"a": "..safetensors"}"#, .badFile("a")),
      (#"{"a": 1}"#, .badFile("a")),
      ("[]", .noWeightMap),
      (#"{"a": "a.safetensors", "b": "a.safetensors"}"#, .misplaced("b")),
      (#"{"a": "b.safetensors"}"#, .unlisted("b")),
      (#"{"a": "a.safetensors", "b": "a.safetensors", "c": "b.safetensors"}"#, .misplaced("b")),
    ])
  func refusesIndices(_ map: String, _ expected: ShardIndexError) {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: expected) { _ = try checkpoint(map) }
  }
}
