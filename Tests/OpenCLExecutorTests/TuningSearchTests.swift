import Conformance
import IR
import OpenCL
import Tensors
import Testing

@testable import OpenCLExecutor

/// How tunings are compared, and what a search comes to.
@Suite struct TuningSearchTests {
  private static func cut(_ entry: String) -> OpenCLExecutor.Cut {
    OpenCLExecutor.Cut(
      Step(program: ProgramText(file: "a"), entry: entry, arguments: [], global: [1], label: ""))
  }

  /// Launches that both sides have do not count, each as often as both have it.
  @Test func commonLaunchesDoNotCount() {
    let (a, b, c) = (Self.cut("a"), Self.cut("b"), Self.cut("c"))
    #expect([a, b, a, c].places(notIn: [c, a]) == [1, 2])
    #expect([a, b].places(notIn: [b, a]) == [])
    #expect([a, a].places(notIn: []) == [0, 1])
  }

  @Test func gainsAreMiddles() {
    #expect([3.0, 1, 2].median == 2)
    #expect([4.0, 1, 2, 3].median == 2.5)
    #expect([2.0, 8].geometricMean == 4)
    #expect([Double]().geometricMean == 1)
    let gain = TuningComparison.Gain([1.5, 0.8, 1.2, 0.9, 1.1])
    #expect(gain.median == 1.1 && gain.lowerQuartile == 0.9)
  }

  private static func workload() throws -> TuningWorkload {
    let graph = try Trace.graph { trace in
      ["result": trace.input("x", [1, 32, 24, 24]).conv(trace.weights.layer, to: 32)]
    }
    return TuningWorkload(
      "small", graph, weights: SeededWeights(graph.manifest, seed: "search"),
      operands: ["x": SeededStream(named: "x").tensor([1, 32, 24, 24], .activation)])
  }

  /// A search tries every other value where it makes a difference, none where it makes none, ends
  /// in one of them and begins where the executor stands.
  @Test(arguments: try Device.all().filter(\.isCPU))
  func searchesValues(on device: Device) throws {
    let executor = try OpenCLExecutor(device)
    let start = executor.tuning.replacing([.pairTile: [8, 2]])
    var search = TuningSearch(
      OpenCLExecutor(executor, tuning: start), [try Self.workload()], rounds: 3)
    let decision = try search.decide(.pairTile)
    #expect(decision.before == [8, 2])
    #expect(decision.trials.map(\.value) == Choice.pairTile.values.filter { $0 != [8, 2] })
    #expect(decision.trials.allSatisfy { ($0.gain ?? 0) > 0 })
    #expect(Choice.pairTile.values.contains(decision.after))
    #expect(search.row[.pairTile] == decision.after)
    let idle = try search.decide(.attentionQueries)
    #expect(idle.trials.isEmpty && idle.after == idle.before)
    let gains = try search.conclude()
    #expect(gains.count == (decision.after == decision.before ? 0 : 1))
    if gains.isEmpty { #expect(search.row == start) }
  }

  /// A strict search leaves alone what decides the algorithm.
  @Test func strictSearchesAreSmaller() throws {
    let device = try #require(try Device.all().first(where: \.isCPU))
    let fast = TuningSearch(try OpenCLExecutor(device), [], rounds: 3).choices
    let strict = TuningSearch(try OpenCLExecutor(device, math: .strict), [], rounds: 3).choices
    #expect(fast == Choice.cpu)
    #expect(strict == Choice.cpu.filter { !$0.decidesAlgorithm })
    #expect(strict.count < fast.count)
  }
}
