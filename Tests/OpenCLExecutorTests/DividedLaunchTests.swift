import Conformance
import IR
import OpenCL
import Tensors
import Testing

@testable import OpenCLExecutor

/// Launches that would keep a display waiting.
@Suite struct DividedLaunchTests {
  private static let devices = ((try? Device.all()) ?? []).filter(\.isCPU)

  private static func graph(tokens: Int) throws -> Graph {
    try Trace.graph { trace in
      let values = ["q", "k", "v"].map { trace.input($0, [1, 16, tokens, 1]) }
      return ["y": values[0].attending(to: values[1], values[2], heads: 1)]
    }
  }

  /// A launch in parts gives the same bits as one.
  @Test(arguments: devices) func partsGiveTheWhole(_ device: Device) throws {
    let graph = try Self.graph(tokens: 1000)
    let operands = Dictionary(
      uniqueKeysWithValues: ["q", "k", "v"].map { name in
        (name, SeededStream(named: name).tensor([1, 16, 1000, 1], .normal(mean: 0, deviation: 1)))
      })
    let results = try [1 << 60, 10_000_000].map { limit in
      let executor = try OpenCLExecutor(device, family: .gpu, flopsPerLaunch: limit)
      return try executor.plan(graph, weights: NoWeights()).run(operands)["y"]!.floats
    }
    #expect(results[0] == results[1])
  }

  /// The parts follow each other, begin at whole groups and have no more than they may.
  @Test func partsAreWholeGroups() throws {
    var step = Step(
      program: ProgramText(file: "portable/attention"), entry: "attention", arguments: [],
      global: [1000, 1, 1], local: [8, 1, 1], label: "", flops: 1000)
    #expect(step.parts(of: 0, limit: 10) == [0..<1000])
    step.isDivisible = true
    #expect(step.parts(of: 0, limit: 1000) == [0..<1000])
    let parts = step.parts(of: 0, limit: 100)
    #expect(parts.count == 10 && parts[0].lowerBound == 0 && parts[9].upperBound == 1000)
    for (part, next) in zip(parts, parts.dropFirst()) {
      #expect(part.upperBound == next.lowerBound && part.upperBound.isMultiple(of: 8))
    }
  }
}
