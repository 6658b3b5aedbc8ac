import Conformance
import IR
import OpenCL
import Tensors
import Testing

@testable import OpenCLExecutor

/// Convolutions in a row that are computed band by band.
@Suite struct BandedConvolutionTests {
  private static let rows: [GraphCase] = [
    GraphCase("window of five", [2, 20, 11, 7]) { x, w in
      let y = x.conv(w.a, to: 24).conv(w.b, to: 24, kernel: 5, groups: 24).gelu
      return x + y.conv(w.c, to: 20)
    },
    GraphCase("dilated window", [1, 16, 9, 18]) { x, w in
      let filter = Convolution(dilation: 2, groups: 32, padding: .all(2))
      return x.conv(w.a, to: 32).apply(.convolution(filter), [w.b(32, 1, 3, 3)]).conv(w.c, to: 16)
    },
    GraphCase("single pixels alone", [3, 17, 7, 19]) { x, w in
      let halves = x.conv(w.a, to: 40).split(2)
      return x + (halves[0] * halves[1]).conv(w.b, to: 17)
    },
  ]

  static let subjects =
    rows
    + BlockCases.all.filter { subject in
      ["NAFBlock", "gated", "Restormer"].contains { subject.name.hasPrefix($0) }
        && subject.name.hasSuffix("[2, 20, 5, 7]")
    }

  /// A result has the same bits however wide the bands are, however values are stored, and
  /// whichever runtime compiled the kernels.
  @Test(arguments: subjects, DType.allCases)
  func bandsChangeNoBit(_ subject: GraphCase, dtype: DType) throws {
    let graph = try subject.graph()
    let weights = SeededWeights(graph.manifest, seed: subject.name)
    let operands = graph.sampleOperands
    var whole: [String: [Float]]?
    for device in try Device.all() where device.isCPU {
      for lines in dtype == .f16 ? [Int.max, 3] : [Int.max, 1, 3] {
        let executor = try OpenCLExecutor(device, dtype: dtype, bandLines: lines)
        let plan = try executor.plan(graph, weights: weights)
        let result = try plan.run(operands).mapValues(\.floats)
        whole = whole ?? result
        #expect(result == whole, "\(subject.name) on \(device.name) by \(lines) lines")
        #expect(try plan.run(operands).mapValues(\.floats) == result)
        #expect(try executor.footprint(of: graph).bytes == plan.deviceBytes)
      }
    }
  }

  /// Restormer's feed-forward network on 16 channels, 40 + 40 hidden, which lie as 48 + 48.
  private static let feedForward = GraphCase("feed-forward", [1, 16, 64, 64]) { x, w in
    let halves = x.conv(w.a, to: 80).conv(w.b, to: 80, kernel: 3, groups: 80).split(2)
    return x + (halves[0].gelu * halves[1]).conv(w.c, to: 16)
  }

  /// Whole, the arena holds the operand, its lanes, and what the two convolutions leave; in bands
  /// the operand, its lanes and the result's, and bands of 4 lines with a line of the window on
  /// either side.
  @Test func onlyBandsAreKept() throws {
    let graph = try Self.feedForward.graph()
    let weights = SeededWeights(graph.manifest, seed: "bands")
    let (map, line) = (64 * 64 * 4, 64 * 4)
    for device in try Device.all() where device.isCPU {
      func arena(_ lines: Int) throws -> Int {
        try OpenCLExecutor(device, bandLines: lines).plan(graph, weights: weights).arenaBytes
      }
      #expect(try arena(.max) == map * (16 + 16 + 96 + 48))
      #expect(try arena(4) == map * (16 + 16 + 16) + line * (6 * 96 + 4 * 48))
    }
  }

  @Test func chainsEndWhereValuesAreShared() throws {
    let graph = try Trace.graph { trace in
      let (x, w) = (trace.input("x", [1, 16, 8, 8]), trace.weights)
      let kept = x.conv(w.a, to: 16)
      let filtered = kept.conv(w.b, to: 16, kernel: 3, groups: 16).conv(w.c, to: 16)
      let strided = filtered.conv(w.d, to: 16, kernel: 3, stride: 2, groups: 16)
      return ["kept": kept, "y": strided.conv(w.e, to: 16).conv(w.f, to: 16)]
    }
    let groups = Grouping.groups(of: graph, fuses: true, for: .cpu)
    let chains = BandChain.chains(of: groups, in: graph)
    #expect(chains.map { $0.members.map { graph[$0.node].path } } == [["e", "f"]])
  }
}
