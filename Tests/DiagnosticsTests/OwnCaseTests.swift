import Conformance
import Diagnostics
import Execution
import IR
import Networks
import Tensors
import Testing

/// Cases and networks that are in no registry, as CONTRIBUTING shows them.
@Suite struct OwnCaseTests {
  private static func candidate() throws -> Candidate {
    let device = try Devices.chosen(.cpu).device
    return try ExecutorVariant.own(device)[0].candidate(on: device)
  }

  @Test func anOpIsCompared() throws {
    let own = OpCase(.softmax(Softmax(axis: 1)), [.input([1, 7, 5, 3])], "own")
    let result = try checkCase(own, on: Self.candidate())
    #expect(result.passed, "\(result)")
  }

  @Test func aGraphIsCompared() throws {
    let own = GraphCase("own", [1, 4, 6, 5]) { x, w in x.conv(w.conv, to: 8, kernel: 1).gelu + 1 }
    let result = try checkCase(own, on: Self.candidate())
    #expect(result.passed, "\(result)")
  }

  @Test func anOpIsTimed() throws {
    let own = BenchmarkCase("own softmax", 8, 8) { extents in
      OpCase(
        .softmax(Softmax(axis: 1)), [.input([extents.batch, 16, extents.height, extents.width])])
    }
    let subject = OpSubject(own, batch: 2, size: nil, on: .cpu, .f32, nil)
    var benchmark = OpBenchmark(rounds: 6, isStrict: false)
    var rows: [OpMeasurement] = []
    try benchmark.measure([(subject: subject, other: nil)]) { rows.append($0) }
    #expect(rows.map(\.subject.key) == ["own softmax, 8x8, batch 2, f32"])
    #expect(rows.allSatisfy { $0.warm.share > 0 && $0.warm.share <= 1 })
  }

  @Test func aNetworkIsTimed() throws {
    var configuration = NAFNet.Configuration()
    configuration.width = 4
    (configuration.encoderBlocks, configuration.decoderBlocks) = ([1], [1])
    configuration.middleBlocks = 1
    let own = NAFNet(configuration)
    let measurement = try NetworkMeasurement(
      own, SeededWeights(own.manifest, seed: "own"), on: Engine(.cpu), height: 16, width: 16,
      seed: 1, warmup: 0, repeats: 2)
    #expect(measurement.seconds.count == 2 && measurement.flops > 0)
    #expect(measurement.steps.contains { $0.kernel.hasPrefix("cpu/") })
  }
}
