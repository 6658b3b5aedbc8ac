import IR

/// Keeps the plans that it prepares, and with them their buffers.
///
/// Oclgrind gives the place of a released buffer to a new one but keeps its record of which bytes
/// were written. Bytes past the old length then count as never written, whoever writes them, and
/// bytes that were written before count as written.
final class KeepingExecutor: Executor, @unchecked Sendable {
  private let executor: any Executor
  private var plans: [any Plan] = []
  var name: String { executor.name }
  var roundsOperands: Bool { executor.roundsOperands }

  init(_ executor: any Executor) { self.executor = executor }

  func footprint(
    of graphs: [Graph], weights: any WeightSource, keeping carries: [Carry]
  ) throws -> Footprint {
    try executor.footprint(of: graphs, weights: weights, keeping: carries)
  }

  func prepare(_ graph: Graph, weights: any WeightSource) throws -> any Plan {
    let plan = try executor.prepare(graph, weights: weights)
    plans.append(plan)
    return plan
  }
}
