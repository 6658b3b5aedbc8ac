import IR
import OpenCL
import Tensors

/// Runs graphs on an OpenCL device.
package final class OpenCLExecutor: Executor {
  let context: Context
  let queue: Queue
  let profilingQueue: Queue
  let programs: ProgramCache
  private let target: Target
  private let fuses: Bool

  /// - Parameters:
  ///   - usesHalf: whether values are stored as half precision floats.
  ///   - cachesPrograms: whether built programs are kept on disk for the next process.
  ///   - fuses: whether neighbouring ops become one step; parity checks switch it off.
  package init(
    _ device: Device, usesHalf: Bool = false, fuses: Bool = true, cachesPrograms: Bool = true
  ) throws {
    self.fuses = fuses
    context = try Context(device)
    queue = try Queue(context)
    profilingQueue = try Queue(context, profiling: true)
    programs = ProgramCache(
      context, folder: cachesPrograms ? ProgramCache.standardFolder : nil)
    target = Target(device: device, usesHalf: usesHalf)
  }

  package var device: Device { context.device }

  package var name: String { device.name + (fuses ? "" : ", unfused") }

  package func prepare(_ graph: Graph, weights: any WeightSource) throws -> any Plan {
    try plan(graph, weights: weights)
  }

  /// Compiles a graph.
  /// - Parameter observes: whether every value that is written can be read back after a run.
  package func plan(
    _ graph: Graph, weights: any WeightSource, observes: Bool = false
  ) throws -> OpenCLPlan {
    let lowered = try LoweredGraph(
      graph, weights: weights, target: target, fuses: fuses, observes: observes)
    return try OpenCLPlan(lowered, executor: self)
  }
}
