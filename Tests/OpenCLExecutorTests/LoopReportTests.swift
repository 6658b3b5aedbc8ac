import IR
import OpenCL
import Tensors
import Testing

@testable import OpenCLExecutor

/// What a loop tells while it runs.
@Suite struct LoopReportTests {
  /// The sample becomes the mean of itself and a product with itself, thrice over.
  private static func graph() throws -> Graph {
    try Trace.graph { trace in
      let x = trace.input("x", [8, 8])
      let powers = (0..<3).reduce(x) { power, _ in power.times(x) * 0.1 }
      return ["x": x * 0.5 + powers * 0.5]
    }
  }

  private static let carries = [Carry(output: "x", input: "x")]
  private static let start = [
    "x": HostTensor([8, 8], (0..<64).map { Float($0 * 7 % 13) / 7 - 0.8 })
  ]

  private struct Interruption: Error {}

  private struct NoWeights: WeightSource {
    func tensor(_ path: String) throws -> HostTensor { throw Interruption() }
  }

  /// Shares grow within a step and end in a whole number; a loop that was ended within a step
  /// leaves nothing behind in the plan.
  @Test func tellsPartsOfSteps() throws {
    for device in try Device.all() {
      let executor = try OpenCLExecutor(device, flopsPerReport: 1)
      let plan = try executor.prepare(try Self.graph(), weights: NoWeights())
      var reports: [Double] = []
      let result = try plan.run(
        Self.start, steps: [[:], [:]], carrying: Self.carries, reporting: { reports.append($0) })
      #expect(zip(reports, reports.dropFirst()).allSatisfy { $0 < $1 })
      #expect(reports.contains(1) && reports.last == 2)
      #expect(reports.contains { 0 < $0 && $0 < 1 } && reports.contains { 1 < $0 && $0 < 2 })
      #expect(throws: Interruption.self) {
        try plan.run(
          Self.start, steps: [[:], [:]], carrying: Self.carries,
          reporting: { if $0 > 1 { throw Interruption() } })
      }
      let again = try plan.run(
        Self.start, steps: [[:], [:]], carrying: Self.carries, reporting: { _ in })
      #expect(again["x"]?.floats == result["x"]?.floats)
      let quiet = try OpenCLExecutor(device).prepare(try Self.graph(), weights: NoWeights())
      var steps: [Double] = []
      let same = try quiet.run(
        Self.start, steps: [[:], [:]], carrying: Self.carries, reporting: { steps.append($0) })
      #expect(steps == [1, 2])
      #expect(same["x"]?.floats == result["x"]?.floats)
    }
  }
}
