import Conformance
import Foundation
import Testing

/// `parity --ops` and `bench --ops` on imitated GPUs.
@Suite(.serialized) struct GPUOpTests {
  /// Every registered case of a sort runs with every kernel that the device has.
  @Test(arguments: ImitatedGPU.all) func casesAgree(_ gpu: ImitatedGPU) throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      ["parity", "--ops", "matmul NT", "-g", "0", "--json"], in: folder,
      environment: try gpu.environment())
    #expect(outcome.code == 0, "\(outcome.errors)")
    let count = AllCases.all.count { $0.name.contains("matmul NT") }
    let comparisons = try #require(try outcome.json()["comparisons"] as? [[String: Any]])
    #expect(comparisons.count == 4)
    for comparison in comparisons {
      #expect(comparison["cases"] as? Int == count && comparison["agreed"] as? Int == count)
    }
  }

  /// A kernel that dies takes a case along.
  @Test func aKernelThatDiesIsARow() throws {
    let folder = try TemporaryFolder()
    try folder.write([], "once")
    let outcome = try Command.run(
      ["parity", "--ops", "matmul", "-g", "0", "--dtype", "f32", "--math", "fast", "--json"],
      in: folder,
      environment: try ImitatedGPU.radeon.environment(
        ["KILL": "60", "ONCE": folder.path("once")]))
    #expect(outcome.code == 1)
    let comparisons = try #require(try outcome.json()["comparisons"] as? [[String: Any]])
    let failures = try #require(comparisons.first?["failures"] as? [[String: Any]])
    #expect(!failures.isEmpty)
  }
}
