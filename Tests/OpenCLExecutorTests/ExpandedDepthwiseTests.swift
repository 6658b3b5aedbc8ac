import Conformance
import IR
import OpenCL
import Tensors
import Testing

@testable import OpenCLExecutor

/// Convolutions over single pixels with the depthwise ones behind them, as one launch.
@Suite struct ExpandedDepthwiseTests {
  private static let devices = ((try? Device.all()) ?? []).filter(\.isCPU)
  private static let file = ExpandedDepthwiseTile.kernel.file

  /// An expansion and its filter; `keeps` also hands out what lies between, so it has to exist.
  private static func graph(_ shape: Shape, to channels: Int, keeps: Bool) throws -> Graph {
    try Trace.graph { trace in
      let (x, w) = (trace.input("x", shape), trace.weights)
      let between = x.conv(w.a, to: channels)
      let y = between.conv(w.b, to: channels, kernel: 3, groups: channels)
      return keeps ? ["y": y, "between": between] : ["y": y]
    }
  }

  private static func executor(_ device: Device) throws -> OpenCLExecutor {
    try OpenCLExecutor(device, dtype: .f16, family: .gpu, emulating: .lanes)
  }

  /// Borders of the image and of tiles, and panels that are not full: the bits are those of two
  /// launches.
  @Test(arguments: devices, [([2, 20, 9, 17], 40), ([1, 88, 5, 3], 50)] as [(Shape, Int)])
  func oneLaunchHasTheBitsOfTwo(_ device: Device, _ subject: (shape: Shape, channels: Int)) throws {
    let executor = try Self.executor(device)
    let results = try [false, true].map { keeps in
      let graph = try Self.graph(subject.shape, to: subject.channels, keeps: keeps)
      let weights = SeededWeights(graph.manifest, seed: "pairs")
      let kernels = try executor.kernels(of: graph, weights: weights)
      #expect(kernels.contains("\(Self.file)/matrix_depthwise") == !keeps)
      let results = try executor.plan(graph, weights: weights).run(graph.sampleOperands)
      return results["y"]?.floats
    }
    #expect(results[0] != nil && results[0] == results[1])
  }

  /// A value with other readers, a wider window, steps and a chain in between keep two launches.
  @Test func pairsEndWhereValuesAreShared() throws {
    let graph = try Trace.graph { trace in
      let (x, w) = (trace.input("x", [1, 16, 8, 8]), trace.weights)
      func filtered(_ y: Tensor, _ w: Weights, kernel: Int = 3, stride: Int = 1) -> Tensor {
        y.conv(w, to: y.channels, kernel: kernel, stride: stride, groups: y.channels)
      }
      let kept = x.conv(w.kept, to: 16)
      let halves = filtered(x.layerNorm(w.norm, epsilon: 1e-5).conv(w.gated, to: 32), w.gates)
        .split(2)
      return [
        "kept": kept, "shared": filtered(kept, w.shared),
        "wide": filtered(x.conv(w.a, to: 16), w.wide, kernel: 5),
        "strided": filtered(x.conv(w.c, to: 16), w.strided, stride: 2),
        "chain": filtered(x.conv(w.d, to: 16).gelu, w.chain),
        "gated": halves[0].gelu * halves[1], "plain": filtered(x.conv(w.e, to: 24), w.plain),
      ]
    }
    let groups = Grouping.groups(of: graph, fuses: true, for: .gpu)
    let pairs = ExpandedDepthwise.pairs(of: groups, in: graph)
    let names = pairs.map { [graph[$0.expansion.node].path, graph[$0.depthwise.node].path] }
    #expect(Set(names) == [["gated", "gates"], ["e", "plain"]])
  }

  /// Groups get as many panels as end soonest: all of them where there are tiles for every unit.
  @Test func panelsAreCutWhereTilesAreFew() {
    let panels = { ExpandedDepthwiseTile.groupPanels(of: 16, tiles: $0, units: 132) }
    #expect(panels(512) == 16)
    #expect(panels(128) == 8)
    #expect(panels(1) == 1)
    #expect(ExpandedDepthwiseTile(depth: 112) == nil)
  }
}
