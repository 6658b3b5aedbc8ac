import Conformance
import Execution
import IR
import OpenCLExecutor
import Tensors

/// A subject whose plan is ready, to be run in rounds.
final class OpContestant {
  /// Seconds of the op's own launches by the device's clock.
  struct Sample {
    /// What fits caches is there.
    let warm: Double
    /// Every launch finds its operands in the device's memory.
    let cold: Double
  }

  /// Launches in a row of a warm sample, whose median it is.
  private static let repeats = 3

  let plan: OpenCLPlan
  let steps: [OpenCLPlan.StepTime]
  let flops: Int
  private let operands: [String: HostTensor]
  private let eviction: Eviction

  /// Prepares the plan, in the layouts that plans have, and runs it once.
  init(_ subject: OpSubject, on executor: OpenCLExecutor, _ eviction: Eviction) throws {
    let opCase = subject.subject
    let graph = try opCase.graph()
    operands = opCase.operands(for: graph)
    plan = try executor.plan(graph, weights: opCase.weights(for: graph))
    flops = graph.flops
    self.eviction = eviction
    steps = try Self.own(plan.profile(operands))
  }

  /// The kernel files of its launches.
  var kernels: [String] { Set(steps.map(\.kernel)).sorted() }

  func sample() throws -> Sample {
    let warm = try Self.own(plan.profile(operands, repeats: Self.repeats))
    let cold = try Self.own(plan.profile(operands, evicting: eviction))
    return Sample(
      warm: warm.reduce(0) { $0 + $1.seconds }, cold: cold.reduce(0) { $0 + $1.seconds })
  }

  /// Without the copies from and to the host's layout.
  private static func own(_ steps: [OpenCLPlan.StepTime]) -> [OpenCLPlan.StepTime] {
    steps.filter { !$0.label.hasPrefix("layout") }
  }
}
