import Conformance
import IR
import OpenCL
import OpenCLExecutor
import Tensors
import TestSupport
import Testing

/// Attention of few queries that begin among the keys.
@Suite struct RowAttentionTests {
  /// Single tokens of texts that are of different lengths.
  @Test(arguments: ExecutorsUnderTest.fusedFloatCPUs)
  func aTextAloneGivesTheSameBits(_ candidate: ExecutorUnderTest) throws {
    let operands: [String: HostTensor] = [
      "q": Self.random("q", [3, 64, 1, 1]), "k": Self.random("k", [3, 64, 90, 1]),
      "v": Self.random("v", [3, 64, 90, 1]), "begins": HostTensor([3, 1], [0, 35, 89]),
    ]
    let together = try Self.prepared(texts: 3, channels: 64, candidate).run(operands)["y"]!
    let single = try Self.prepared(texts: 1, channels: 64, candidate)
    for text in 0..<3 {
      let alone = try single.run(operands.mapValues { $0.outermost(text) })["y"]!
      #expect(alone.floats == together.outermost(text).floats)
    }
  }

  /// Heads of whole vectors are read as vectors.
  @Test(arguments: ((try? Device.all()) ?? []).filter(\.isCPU))
  func headsDecide(_ device: Device) throws {
    let executor = try OpenCLExecutor(device, family: .cpu)
    for (channels, kernel) in [(64, "cpu/row_attention"), (40, "portable/attention")] {
      let kernels = try executor.kernels(of: try Self.graph(texts: 1, channels: channels))
      #expect(kernels.contains(kernel + "/attention"))
    }
  }

  private static func prepared(
    texts: Int, channels: Int, _ candidate: ExecutorUnderTest
  ) throws -> any Plan {
    try candidate.executor.prepare(
      try graph(texts: texts, channels: channels), weights: NoWeights())
  }

  private static func graph(texts: Int, channels: Int) throws -> Graph {
    try Trace.graph { trace in
      let q = trace.input("q", [texts, channels, 1, 1])
      let k = trace.input("k", [texts, channels, 90, 1])
      let v = trace.input("v", [texts, channels, 90, 1])
      let begins = trace.input("begins", [texts, 1])
      return ["y": q.attending(to: k, v, heads: 2, isCausal: true, from: begins)]
    }
  }

  private static func random(_ name: String, _ shape: Shape) -> HostTensor {
    SeededStream(named: name).tensor(shape, .normal(mean: 0, deviation: 2))
  }
}
