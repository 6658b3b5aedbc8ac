import Conformance
import Dispatch
import IR
import Synchronization
import Tensors
import TestSupport
import Testing

/// What ``Plan`` promises of runs at the same time.
@Suite struct ConcurrentRunTests {
  private static let executors =
    ExecutorsUnderTest.all.filter { $0.executor.name == "reference" }
    + ExecutorsUnderTest.fusedFloatCPUs

  private static func graph(channels: Int) throws -> Graph {
    try Trace.graph { trace in
      let w = trace.weights
      let x = trace.input("x", [1, channels, 9, 7])
      let y = x.conv(w.first, to: 2 * channels, kernel: 3).gelu
      return ["x": (x + y.conv(w.second, to: channels)) * 0.5]
    }
  }

  private struct Work: Sendable {
    let plan: any Plan
    let graph: Graph

    init(channels: Int, on executor: any Executor) throws {
      graph = try ConcurrentRunTests.graph(channels: channels)
      plan = try executor.prepare(
        graph, weights: SeededWeights(graph.manifest, seed: "\(channels)"))
    }

    /// What becomes of operand `number`, by one evaluation or by a loop of three.
    func result(_ number: Int) throws -> [UInt32] {
      let operands = [
        "x": SeededStream(named: "\(number)").tensor(graph.inputs[0].shape, .activation)
      ]
      let results =
        number.isMultiple(of: 2)
        ? try plan.run(operands)
        : try plan.run(
          operands, steps: [[:], [:], [:]], carrying: [Carry(output: "x", input: "x")],
          reporting: { _ in })
      return results["x"]?.floats.map(\.bitPattern) ?? []
    }
  }

  /// Runs the works from several threads, each on its own operands and many times over, and
  /// compares with runs one after the other.
  private func check(_ works: [Work]) throws {
    let expected = try works.enumerated().map { try $1.result($0) }
    let threads = DispatchGroup()
    let wrong = Mutex<[Int]>([])
    for (number, work) in works.enumerated() {
      DispatchQueue(label: "run \(number)").async(group: threads) {
        for _ in 0..<50 where (try? work.result(number)) != expected[number] {
          wrong.withLock { $0.append(number) }
        }
      }
    }
    threads.wait()
    #expect(wrong.withLock { $0 }.isEmpty)
    #expect(Set(expected).count == works.count)
  }

  @Test(arguments: executors) func runsOfOnePlanTakeTurns(on candidate: ExecutorUnderTest) throws {
    let work = try Work(channels: 16, on: candidate.executor)
    try check([Work](repeating: work, count: 4))
  }

  @Test(arguments: executors) func plansRunBesideEachOther(on candidate: ExecutorUnderTest) throws {
    try check([16, 20, 33, 16].map { try Work(channels: $0, on: candidate.executor) })
  }

  /// Others are prepared while one runs.
  @Test(arguments: executors) func preparationDisturbsNoRun(on candidate: ExecutorUnderTest) throws
  {
    let work = try Work(channels: 16, on: candidate.executor)
    let expected = try work.result(0)
    let isDone = Atomic(false)
    let threads = DispatchGroup()
    DispatchQueue(label: "preparation").async(group: threads) {
      defer { isDone.store(true, ordering: .releasing) }
      for channels in [8, 20, 33] {
        _ = try? Work(channels: channels, on: candidate.executor).result(1)
      }
    }
    repeat { #expect(try work.result(0) == expected) } while !isDone.load(ordering: .acquiring)
    threads.wait()
  }
}
