import Diffusion
import IR
import Models
import Networks
import Pictures
import Synchronization
import Tensors

/// One network of a pipeline on a device, with the plan that it ran last.
///
/// Values stored in f16 may overflow. Where a result is not finite, the work is done once
/// more in f32; it fails if the result is not finite then either.
package final class Stage: Sendable {
  /// What a plan is made for.
  package struct Key: Hashable, Sendable {
    package let shapes: [String: Shape]
    /// Of the sampler around the network; nil for the network alone.
    package let layout: StepLayout?

    package init(_ shapes: [String: Shape], layout: StepLayout? = nil) {
      self.shapes = shapes
      self.layout = layout
    }
  }

  private struct Prepared {
    var key: Key?
    var dtype: DType?
    var plan: (any Plan)?
  }

  package let model: Model
  /// In the order in which they are tried.
  private let engines: [Engine]
  private let weights: any WeightSource & Sendable
  private let prepared = Mutex(Prepared())

  /// - Parameter weights: what the graphs are made of; nil for the model's own parameters.
  package init(
    _ model: Model, weights: (any WeightSource & Sendable)? = nil, on engine: Engine
  ) throws(LimpidError) {
    self.model = model
    self.weights = weights ?? model.weights
    engines = engine.dtype == .f32 ? [engine] : [engine, try engine.inFloat()]
  }

  /// What the network makes of these operands.
  package func run(_ operands: [String: HostTensor]) throws -> [String: HostTensor] {
    let shapes = operands.mapValues(\.shape)
    return try results(
      Key(shapes), graph: { try self.model.network.graph(shapes) },
      running: { try $0.run(operands) })
  }

  /// What `run` makes with a plan of the graph.
  package func results(
    _ key: Key, graph: () throws -> Graph,
    running run: (any Plan) throws -> [String: HostTensor]
  ) throws -> [String: HostTensor] {
    try prepared.withLock { prepared in
      for engine in engines {
        if prepared.key != key || prepared.dtype != engine.dtype {
          prepared = Prepared()
          let plan = try engine.plan(try graph(), weights: weights)
          prepared = Prepared(key: key, dtype: engine.dtype, plan: plan)
        }
        guard let plan = prepared.plan else { break }
        let results = try run(plan)
        if results.values.allSatisfy(\.isFinite) { return results }
      }
      throw LimpidError(.failed, "\(model.name): its results are not finite")
    }
  }

  /// What a run on operands of these shapes takes; nothing is allocated.
  package func need(_ shapes: [String: Shape]) throws -> Need {
    try need(of: try model.network.graph(shapes))
  }

  /// What a run of a graph that the network is a part of takes.
  package func need(of graph: Graph) throws -> Need { try engines[0].need(of: graph) }

  /// Gives back the memory of the plan.
  package func release() { prepared.withLock { $0 = Prepared() } }
}

extension HostTensor {
  fileprivate var isFinite: Bool { floats.allSatisfy(\.isFinite) }
}
