import Diagnostics
import Execution
import Foundation
import Images
import Models
import Paths
import Pictures
import Restoration
import SystemFixtures
import Testing

/// Bundles of Up-Restorer's small test network, made anew for each test.
@Suite struct BundleTests {
  /// A bundle that goes away with its test.
  final class Sample {
    static let weights = "restorer/model.safetensors"
    let path = NSTemporaryDirectory() + "limpid-bundle-" + UUID().uuidString

    init() throws {
      for folder in ["restorer", "golden"] {
        try FileManager.default.createDirectory(
          atPath: at(folder), withIntermediateDirectories: true)
      }
      try FileManager.default.copyItem(
        atPath: Fixtures.path("sampled/checkpoint.safetensors"), toPath: at(Self.weights))
      try describe([Self.weights])
      // 16 bits in, 16 bits out.
      let samples = (0..<780).map { (index: Int) -> Float in Float(index * 7919 % 256) / 255 }
      let image = Image(width: 20, height: 13, channels: .rgb, samples: samples, depth: .sixteen)
      let bytes = try image.encoded(as: EncodingOptions(format: .png)).bytes
      try Data(bytes).write(to: URL(fileURLWithPath: at("golden/input.png")))
      _ = try Restorer(try Model(Path(path)), on: try Engine(.reference))
        .restoreFile(at: Path(at("golden/input.png")), to: Path(at("golden/expected.png")))
      try describe([Self.weights, "golden/input.png", "golden/expected.png"], hasGolden: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func at(_ entry: String) -> String { path + "/" + entry }

    func describe(_ files: [String], hasGolden: Bool = false) throws {
      var description: [String: Any] = [
        "format_version": 1, "pipeline": "Restorer", "components": ["restorer": "Up-Restorer"],
      ]
      var entries: [String: Any] = [:]
      for file in files {
        let size = try Data(contentsOf: URL(fileURLWithPath: at(file))).count
        entries[file] = ["size": size, "sha256": try #require(Digest.ofFile(Path(at(file))))]
      }
      description["files"] = entries
      if hasGolden {
        description["golden"] = [
          "input": "golden/input.png", "expected": "golden/expected.png", "tolerance": 2e-4,
        ]
      }
      try write(description)
    }

    func write(_ description: [String: Any]) throws {
      try JSONSerialization.data(withJSONObject: description)
        .write(to: URL(fileURLWithPath: at("bundle.json")))
    }

    /// `bundle.json` with one thing changed.
    func change(_ edit: (inout [String: Any]) -> Void) throws {
      let data = try Data(contentsOf: URL(fileURLWithPath: at("bundle.json")))
      var description = try #require(
        try JSONSerialization.jsonObject(with: data) as? [String: Any])
      edit(&description)
      try write(description)
    }

    /// Replaces the last byte of a file.
    func damage(_ file: String) throws {
      var data = try Data(contentsOf: URL(fileURLWithPath: at(file)))
      data[data.count - 1] ^= 1
      try data.write(to: URL(fileURLWithPath: at(file)))
    }
  }

  private static let devices: [DeviceSelector] =
    [.reference] + ((try? Devices.openCL()) ?? []).indices.map(DeviceSelector.openCL)

  @Test(arguments: devices)
  func theGoldenSamplePasses(_ device: DeviceSelector) throws {
    let sample = try Sample()
    let bundle = try ModelBundle(Path(sample.path))
    #expect(bundle.problems().isEmpty)
    let golden = try GoldenSample(bundle, on: try Engine(device))
    #expect(golden.passed && golden.difference < 2e-4)
  }

  @Test func aWrongPictureFails() throws {
    let sample = try Sample()
    try FileManager.default.removeItem(atPath: sample.at("golden/expected.png"))
    try FileManager.default.copyItem(
      atPath: sample.at("golden/input.png"), toPath: sample.at("golden/expected.png"))
    #expect(try ModelBundle(Path(sample.path)).problems().count == 1)
    let golden = try GoldenSample(try ModelBundle(Path(sample.path)), on: try Engine(.reference))
    #expect(!golden.passed)
  }

  @Test func damagedWeightsAreNotRead() throws {
    let sample = try Sample()
    try sample.damage(Sample.weights)
    let problems = try ModelBundle(Path(sample.path)).problems()
    #expect(problems == ["\(Sample.weights): its contents changed"])
    let error = #expect(throws: LimpidError.self) { try Model(Path(sample.path)) }
    #expect(error?.kind == .badData)
  }

  @Test(arguments: [
    "../model.safetensors", "/etc/passwd", "network//model.safetensors", "./a", "", "a\\b",
  ])
  func pathsThatLeadElsewhereAreRefused(_ path: String) throws {
    let sample = try Sample()
    try sample.change { description in
      description["files"] = [path: ["size": 1, "sha256": String(repeating: "0", count: 64)]]
      description["golden"] = nil
    }
    let error = #expect(throws: LimpidError.self) { try ModelBundle(Path(sample.path)) }
    #expect(error?.kind == .badData)
  }

  @Test func linksThatLeadElsewhereAreRefused() throws {
    let sample = try Sample()
    let outside = sample.path + ".safetensors"
    try FileManager.default.moveItem(atPath: sample.at(Sample.weights), toPath: outside)
    defer { try? FileManager.default.removeItem(atPath: outside) }
    try FileManager.default.createSymbolicLink(
      atPath: sample.at(Sample.weights), withDestinationPath: outside)
    #expect(throws: LimpidError.self) { try Model(Path(sample.path)) }
  }

  @Test(arguments: ["format_version", "pipeline", "components", "files"])
  func whatIsMissingIsSaid(_ member: String) throws {
    let sample = try Sample()
    try sample.change { $0[member] = nil }
    let error = #expect(throws: LimpidError.self) { try Model(Path(sample.path)) }
    #expect(error?.description.contains(member) == true)
  }

  @Test func anotherArchitectureIsRefused() throws {
    let sample = try Sample()
    try sample.change { $0["components"] = ["restorer": "Restormer"] }
    let error = #expect(throws: LimpidError.self) { try Model(Path(sample.path)) }
    #expect(error?.description.contains("Up-Restorer, not Restormer") == true)
  }
}
