import IR
import Models
import Networks
import Pictures
import Synchronization
import Tensors

/// A network on a device, whose plans are made when they are needed and kept in the device's
/// ``PlanCache``. Those who use it take turns.
package final class LoadedNetwork: Sendable {
  package let model: Model
  private let engine: Engine
  private let weights: any WeightSource & Sendable
  /// Of plans that are kept.
  private let capacity: Int
  private let turn = Mutex(())
  /// What was measured of plans, made or not.
  private let footprints = Mutex([PlanCache.Key: Footprint]())

  /// - Parameters:
  ///   - weights: what the graphs are made of; nil for the model's own parameters.
  ///   - capacity: the most plans that are kept at a time.
  package init(
    _ model: Model, weights: (any WeightSource & Sendable)? = nil, on engine: Engine,
    capacity: Int = 1
  ) {
    self.model = model
    self.weights = weights ?? model.weights
    self.engine = engine
    self.capacity = capacity
  }

  deinit { release() }

  /// What the network makes of these operands.
  package func run(_ operands: [String: HostTensor]) throws -> [String: HostTensor] {
    let shapes = operands.mapValues(\.shape)
    return try results(
      GraphKey(shapes), graph: { try self.model.network.graph(shapes) },
      running: { try $0.run(operands) })
  }

  /// What `run` makes with a plan of the graph, as ``rangedResults(_:graph:running:)``; it fails if
  /// that is not finite.
  package func results(
    _ key: GraphKey, graph: () throws -> Graph,
    running run: (any Plan) throws -> [String: HostTensor]
  ) throws -> [String: HostTensor] {
    let results = try rangedResults(key, graph: graph, running: run)
    guard results.areFinite else {
      throw LimpidError(.failed, "\(model.name): its results are not finite")
    }
    return results
  }

  /// What `run` makes with a plan of the graph, whose values may be stored in f16 and overflow.
  ///
  /// Where a result is not finite, the work is done once more in f32, whose results count for the
  /// images that were not finite.
  package func rangedResults(
    _ key: GraphKey, graph: () throws -> Graph,
    running run: (any Plan) throws -> [String: HostTensor]
  ) throws -> [String: HostTensor] {
    let results = try withPlan(key, on: engine, graph: graph, run)
    guard engine.dtype != .f32, !results.areFinite else { return results }
    engine.overflows.add(results.nonFiniteCount)
    return results.replacingImages(
      from: try withPlan(key, on: try engine.inFloat(), graph: graph, run))
  }

  /// Calls `body` with a plan of a graph that the network is a part of.
  package func withPlan<Result: Sendable>(
    _ key: GraphKey, graph: () throws -> Graph, _ body: (any Plan) throws -> Result
  ) throws -> Result {
    try withPlan(key, on: engine, graph: graph, body)
  }

  /// Makes the plan of a graph that will be needed, if it fits beside those that are there. Whoever
  /// needs it meanwhile waits for it.
  package func prepare(_ key: GraphKey, graph: () throws -> Graph) throws {
    try turn.withLock { _ in
      try engine.plans.prepare(
        cacheKey(key, engine), of: capacity, within: engine.memoryForPlans,
        bytes: { try footprint(key, on: engine, graph: graph).bytes },
        make: { try engine.plan(try graph(), weights: weights) })
    }
  }

  /// The same for the network alone, on operands of these shapes.
  package func prepare(_ shapes: [String: Shape]) throws {
    try prepare(GraphKey(shapes)) { try model.network.graph(shapes) }
  }

  private func withPlan<Result: Sendable>(
    _ key: GraphKey, on engine: Engine, graph: () throws -> Graph,
    _ body: (any Plan) throws -> Result
  ) throws -> Result {
    try turn.withLock { _ in
      try body(
        try engine.plans.plan(
          cacheKey(key, engine), of: capacity, within: engine.memoryForPlans,
          bytes: { try footprint(key, on: engine, graph: graph).bytes },
          make: { try engine.plan(try graph(), weights: weights) }))
    }
  }

  /// The device memory that a plan of the graph takes; nothing is allocated.
  package func footprint(_ key: GraphKey, graph: () throws -> Graph) throws -> Footprint {
    try footprint(key, on: engine, graph: graph)
  }

  private func footprint(
    _ key: GraphKey, on engine: Engine, graph: () throws -> Graph
  ) throws -> Footprint {
    let key = cacheKey(key, engine)
    if let known = footprints.withLock({ $0[key] }) { return known }
    let footprint = try engine.footprint(of: try graph())
    footprints.withLock { $0[key] = footprint }
    return footprint
  }

  private func cacheKey(_ key: GraphKey, _ engine: Engine) -> PlanCache.Key {
    PlanCache.Key(network: ObjectIdentifier(self), dtype: engine.dtype, graph: key)
  }

  /// What a run on operands of these shapes takes; nothing is allocated.
  package func need(_ shapes: [String: Shape]) throws -> Need {
    try need(of: try model.network.graph(shapes))
  }

  /// What a run of a graph that the network is a part of takes.
  package func need(of graph: Graph) throws -> Need { try engine.need(of: graph) }

  /// Gives back the memory of its plans.
  package func release() { engine.plans.remove(ObjectIdentifier(self)) }
}

extension [String: HostTensor] {
  fileprivate var areFinite: Bool { values.allSatisfy(\.isFinite) }
  fileprivate var nonFiniteCount: Int {
    values.reduce(0) { $0 + $1.floats.count { !$0.isFinite } }
  }

  /// With those of `others` for each image that has a value which is not finite, so that nothing
  /// becomes of an image for another's sake. Images lie along the outermost axis.
  fileprivate func replacingImages(from others: Self) -> Self {
    let counts = Set(values.map { $0.shape.rank == 0 ? 1 : $0.shape[0] })
    guard counts.count == 1, let count = counts.first, count > 1 else { return others }
    let isSound = (0..<count).map { image in values.allSatisfy { $0.outermost(image).isFinite } }
    return merging(others) { own, other in
      HostTensor.stacking(isSound.indices.map { (isSound[$0] ? own : other).outermost($0) })
    }
  }
}

extension HostTensor {
  fileprivate var isFinite: Bool { floats.allSatisfy(\.isFinite) }
}
