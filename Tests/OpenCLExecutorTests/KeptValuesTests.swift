import IR
import OpenCLExecutor
import ReferenceExecutor
import Tensors
import TestSupport
import Testing

/// Values that stay with plans between runs.
@Suite struct KeptValuesTests {
  private static let carries = [
    Carry(output: "cache", input: "cache"), Carry(output: "total", input: "total"),
  ]

  static let executors =
    [ExecutorUnderTest(ReferenceExecutor(), .f32)] + ExecutorsUnderTest.fusedFloatCPUs
    + ExecutorsUnderTest.gpuKernelsOnCPUs.filter { $0.dtype == .f32 }

  /// Runs of two plans in turn give what one plan gives that is told everything.
  @Test(arguments: executors)
  func goFromRunToRun(_ candidate: ExecutorUnderTest) throws {
    let graphs = try [3, 1].map(Self.graph)
    let plans = try candidate.executor.prepare(graphs, weights: NoWeights(), keeping: Self.carries)
    let plain = try graphs.map { try ReferenceExecutor().prepare($0, weights: NoWeights()) }
    var kept: [String: HostTensor] = [:]
    for name in ["cache", "total"] { kept[name] = .zeros([2, 20, 9, 1]) }
    for (run, place) in [0, 1, 1, 0].enumerated() {
      var operands = graphs[place].sampleOperands.filter { kept[$0.key] == nil }
      operands["begins"] = HostTensor([2, 1], [Float(run), Float(2 * run)])
      let expected = try plain[place].run(operands.merging(kept) { $1 })
      for name in kept.keys { kept[name] = expected[name] }
      let found = try plans[place].run(operands)
      #expect(found.keys.sorted() == ["y"])
      #expect(Comparison(found["y"]!, with: expected["y"]!).passes(.operation(.f32)))
    }
  }

  /// What is inserted is all that is written of a cache.
  @Test(arguments: ExecutorsUnderTest.fusedFloatCPUs)
  func insertionsAreMadeInPlace(_ candidate: ExecutorUnderTest) throws {
    let executor = try #require(candidate.executor as? OpenCLExecutor)
    let graph = try Trace.graph { trace in
      let cache = trace.input("cache", [2, 64, 500, 1])
      let longer = cache.inserting(
        trace.input("x", [2, 64, 1, 1]), at: trace.input("begins", [2, 1]))
      return Results([("cache", longer)])
    }
    let carry = [Carry(output: "cache", input: "cache")]
    let plan = try #require(
      try executor.prepare([graph], weights: NoWeights(), keeping: carry)[0] as? OpenCLPlan)
    #expect(plan.arenaBytes < 2 * 64 * 500 * 4)
    var operands = graph.sampleOperands
    operands["cache"] = nil
    #expect(try plan.profile(operands).map(\.kernel) == ["portable/movement", "portable/indexing"])
  }

  @Test func whatCannotBeKeptIsRefused() throws {
    let graph = try Self.graph(1)
    for carry in [Carry(output: "y", input: "x"), Carry(output: "cache", input: "none")] {
      #expect(throws: OperandError.self) {
        _ = try ReferenceExecutor().prepare([graph], weights: NoWeights(), keeping: [carry])
      }
    }
  }

  /// A cache that grows in place, and a sum that does not.
  private static func graph(_ count: Int) throws -> Graph {
    try Trace.graph { trace in
      let rows = trace.input("x", [2, 20, count, 1])
      let cache = trace.input("cache", [2, 20, 9, 1])
        .inserting(rows, at: trace.input("begins", [2, 1]))
      let total = trace.input("total", [2, 20, 9, 1]) + cache
      return Results([("y", total.sigmoid), ("cache", cache), ("total", total)])
    }
  }
}
