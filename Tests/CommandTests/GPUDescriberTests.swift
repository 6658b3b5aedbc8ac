import Foundation
import Testing

/// A model that describes pictures, and what restores them, on one device.
@Suite struct GPUDescriberTests {
  private struct Holder: Decodable {
    let process: Int32
    let holds: Bool
  }

  /// The describer holds nothing of the device any more when the first process that restores does.
  @Test func theDescriberLeavesBeforeTheRestorerComes() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    for name in ["a", "b"] {
      try folder.write(SampleFiles.image(width: 12, height: 9), "in/\(name).png")
    }
    try TinyLLaVA.write(to: folder)
    let outcome = try Command.run(
      [
        "restore", "-m", SampleFiles.mrir, "-g", "0", "-i", "in", "-o", "out", "--steps", "1",
        "--process-size", "0", "--describer", "llava", "--describer-tokens", "8",
      ], in: folder,
      environment: try ImitatedGPU.h100.environment(["HOLDERS": folder.path("holders")]))
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(folder.images(in: "out").count == 2)
    let lines = try folder.bytes("holders").split(separator: 0x0A)
    let holders = try lines.map { try JSONDecoder().decode(Holder.self, from: Data($0)) }
    let describer = try #require(holders.first?.process)
    let restorer = try #require(holders.firstIndex { $0.process != describer })
    #expect(holders[..<restorer].last?.holds == false)
    #expect(!holders[restorer...].contains { $0.process == describer && $0.holds })
  }
}
