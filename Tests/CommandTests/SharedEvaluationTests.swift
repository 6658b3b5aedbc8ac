import Foundation
import TestSupport
import Testing

/// Folders through systems of several networks on an imitated GPU: pictures share launches.
@Suite struct SharedEvaluationTests {
  /// A system's tiny bundle, and what a run with it says.
  struct System: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let arguments: [String]
  }

  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../SystemFixtures/Fixtures").standardized

  static let systems = [
    System(
      testDescription: "MRIR",
      arguments: [
        "-m", fixtures.appendingPathComponent("mrir/bundle").path, "--prompt", "photo",
        "--process-size", "0",
      ]),
    System(
      testDescription: "AutoDIR", arguments: ["-m", "autodir.safetensors", "--loop-steps", "2"]),
  ]

  /// Launches for each of eight pictures of one size, four at once: two fifths of those of one at a
  /// time at the most, and the same files.
  @Test(arguments: systems)
  func picturesShareLaunches(_ system: System) throws {
    let folder = try TemporaryFolder()
    _ = try AutoDIRCheckpoint.write(
      to: folder.url, fixture: Self.fixtures.appendingPathComponent("autodir"))
    try folder.makeFolder("in")
    for index in 0..<8 {
      try folder.write(SampleFiles.image(width: 24, height: 16), "in/\(index).png")
    }
    func launches(_ output: String, batch: Int) throws -> Int {
      let outcome = try Command.run(
        [
          "restore", "-g", "0", "-j", "2:1:2", "-i", "in", "-o", output, "--steps", "2",
          "--batch-size", "\(batch)",
        ] + system.arguments, in: folder,
        environment: try ImitatedGPU.h100.environment(["RECORD": folder.path("\(output).json")]))
      #expect(outcome.code == 0, "\(outcome.errors)")
      return try folder.record("\(output).json").compactMap { $0["launches"] as? Int }.reduce(0, +)
    }
    // What is found out about the device once is launched in the first run.
    _ = try launches("first", batch: 1)
    let (alone, together) = (try launches("alone", batch: 1), try launches("together", batch: 4))
    #expect(Double(together) <= 0.4 * Double(alone), "\(together) of \(alone)")
    for name in folder.images(in: "alone") {
      #expect(try folder.bytes("alone/\(name)") == folder.bytes("together/\(name)"))
    }
  }
}
