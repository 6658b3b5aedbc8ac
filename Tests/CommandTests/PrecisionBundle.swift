import Checkpoints
import Foundation
import Paths
import Pictures
import Tensors
import Testing

/// A bundle of the small NAFNet of NetworksTests, called `bundle` in a folder. It changes pictures
/// a sixteenth as much as there: halves cost little where a network changes them little.
struct PrecisionBundle {
  let folder: TemporaryFolder

  /// - Parameter gain: of what the first convolution makes of pictures; the last one takes it back.
  init(gain: Float = 1) throws {
    folder = try TemporaryFolder()
    for name in ["bundle", "bundle/restorer"] { try folder.makeFolder(name) }
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../NetworksTests/Fixtures/nafnet-colour/checkpoint.safetensors")
    let file = try SafetensorsFile(path: Path(source.standardized.path))
    let gains = ["intro.weight": gain, "intro.bias": gain, "ending.weight": 1 / 16 / gain]
    let tensors = try file.entries.map { entry in
      let tensor = try file.tensor(named: entry.name)
      let gain = gains[entry.name] ?? 1
      return (entry.name, HostTensor(tensor.shape, tensor.floats.map { $0 * gain }))
    }
    let weights = "bundle/restorer/model.safetensors"
    try Safetensors.write(tensors, to: Path(folder.path(weights)))
    let hash = try #require(Digest.ofFile(Path(folder.path(weights))))
    let description: [String: Any] = [
      "format_version": 1, "pipeline": "Restorer", "components": ["restorer": "NAFNet"],
      "files": [
        "restorer/model.safetensors": ["size": try folder.bytes(weights).count, "sha256": hash]
      ],
    ]
    let data = try JSONSerialization.data(withJSONObject: description)
    try folder.write([UInt8](data), "bundle/bundle.json")
    try folder.makeFolder("in")
    for name in ["a", "b"] {
      try folder.write(SampleFiles.image(width: 24, height: 16), "in/\(name).png")
    }
  }

  /// What `limpid precision` says of it on a device.
  func measured(
    _ arguments: [String] = [], _ environment: [String: String]
  ) throws -> [String: Any] {
    let outcome = try Command.run(
      ["precision", "bundle", "-i", "in/a.png", "--json"] + arguments, in: folder,
      environment: environment)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try outcome.json()
  }

  /// The lines of JSON of `limpid restore`.
  func restored(
    _ arguments: [String], _ environment: [String: String]
  ) throws -> (events: [[String: Any]], errors: String) {
    let outcome = try Command.run(
      ["restore", "-m", "bundle", "-i", "in", "--json", "-j", "1:1:1"] + arguments, in: folder,
      environment: environment)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let events = try outcome.output.split(separator: "\n").map { line in
      let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(value as? [String: Any])
    }
    return (events, outcome.errors)
  }
}

extension [String: Any] {
  /// The ways of computing that `limpid precision` ran.
  var modes: [String?] {
    (self["rows"] as? [[String: Any]] ?? []).map { $0["mode"] as? String }
  }

  /// Numbers of this name for each picture of the last of them.
  func lastCosts(_ name: String) -> [Double] {
    let pictures = (self["rows"] as? [[String: Any]])?.last?["pictures"] as? [[String: Any]]
    return (pictures ?? []).compactMap { $0[name] as? Double }
  }
}
