import Conformance
import IR
import OpenCL
import OpenCLExecutor
import Tensors
import TestSupport
import Testing

/// Products whose weights stay quantised on the device.
@Suite struct QuantisedProductTests {
  @Test(arguments: ExecutorsUnderTest.fusedFloatCPUs + ExecutorsUnderTest.gpuKernelsOnCPUs)
  func aTextAloneGivesTheSameBits(_ candidate: ExecutorUnderTest) throws {
    for (tokens, format) in [(1, BlockFormat.q4_K), (20, .q4_K), (1, .q6_K), (1, .q8_0)] {
      let graph = try Self.graph([5, 512, tokens, 1], 96)
      let weights = Self.weights(graph, format)
      let operands = graph.sampleOperands
      let all = try candidate.executor.prepare(graph, weights: weights).run(operands)["y"]!
      let single = try candidate.executor.prepare(
        try Self.graph([1, 512, tokens, 1], 96), weights: weights)
      for text in 0..<5 {
        let alone = try single.run(operands.mapValues { $0.outermost(text) })["y"]!
        #expect(alone.floats == all.outermost(text).floats)
      }
    }
  }

  /// Rounding to whole numbers does not hide what is not finite, nor spread it to other rows.
  @Test(arguments: ExecutorsUnderTest.fusedFloatCPUs, [Float.infinity, .nan])
  func whatIsNotFiniteStaysInItsRow(_ candidate: ExecutorUnderTest, _ fault: Float) throws {
    let graph = try Trace.graph { trace in
      Results([("y", trace.input("x", [3, 512, 1, 1]).linear(trace.weights.product, to: 32))])
    }
    let plan = try candidate.executor.prepare(graph, weights: Self.weights(graph, .q6_K))
    let x = graph.sampleOperands["x"]!
    var faulty = x.floats
    faulty[512 + 300] = fault
    let expected = try plan.run(["x": x])["y"]!.floats
    let actual = try plan.run(["x": HostTensor(x.shape, faulty)])["y"]!.floats
    #expect(actual[32..<64].allSatisfy { !$0.isFinite })
    #expect(actual[..<32] == expected[..<32])
    #expect(actual[64...] == expected[64...])
  }

  /// The weights lie on the device in little more than their blocks, for one row and many alike.
  @Test(arguments: KernelFamily.allCases, BlockFormat.allCases)
  func plansShareBlocks(_ family: KernelFamily, _ format: BlockFormat) throws {
    let device = try #require(try Device.all().first)
    let executor = try OpenCLExecutor(device, family: family)
    let graphs = try [30, 1].map { try Self.graph([1, 1024, $0, 1], 1024) }
    let plans = try executor.prepare(graphs, weights: Self.weights(graphs[0], format), keeping: [])
    let blocks = 1024 * 1024 / format.length * format.byteCount
    let values = 6 * 1024 * 31 * 4
    let bytes = withExtendedLifetime(plans) { executor.memory.bytes }
    #expect(Double(bytes) <= 1.04 * Double(blocks) + Double(values))
    #expect(bytes > blocks && plans.count == 2)
    let foretold = try executor.footprint(
      of: graphs, weights: Self.weights(graphs[0], format), keeping: [])
    #expect(foretold.bytes == bytes)
  }

  private static func weights(_ graph: Graph, _ format: BlockFormat) -> SeededWeights {
    SeededWeights(graph.manifest, seed: "quantised", quantisation: format)
  }

  /// A normalization, the product with its bias, and what is added to it.
  private static func graph(_ shape: Shape, _ columns: Int) throws -> Graph {
    try Trace.graph { trace in
      let x = trace.input("x", shape)
      let product = x.rmsNorm(trace.weights.norm, epsilon: 1e-5)
        .linear(trace.weights.product, to: columns)
      return Results([("y", product + trace.input("more", shape.replacing(1, with: columns)))])
    }
  }
}
