import Diffusion
import Execution
import IR
import Networks
import Pictures
import Tensors

/// A task of a ``DenoisingLoop`` as one graph and the operands of its evaluations: one for each
/// step, or for each tile in each step.
struct DenoisingSteps {
  private let task: DenoisingLoop.Task
  private let step: StepGraph
  private let tiles: TiledEstimate?
  /// With a step for each evaluation.
  private let program: SamplerProgram
  /// Of all conditionings, one after the other.
  private let conditions: [String: HostTensor]

  /// - Throws: when a condition is missing.
  init(_ task: DenoisingLoop.Task) throws {
    self.task = task
    let conditions = try Self.stacked(task.conditions, task.guidance.branches.map(\.branch))
    self.conditions = conditions
    let (height, width) = (task.start.shape[2], task.start.shape[3])
    let maps = ConditionedNetwork.maps.compactMap { conditions[$0]?.shape[2] }
    tiles = task.tiling?.layout(height: height, width: width).map {
      TiledEstimate(
        tiling: $0, height: height, width: width, scales: Set(maps.map { $0 / height } + [1]))
    }
    program = try task.program.inParts(tiles?.count ?? 1)
    step = StepGraph(
      StepLayout(program, guidance: task.guidance), shape: task.start.shape)
  }

  /// Evaluations of the networks in each step.
  var parts: Int { tiles?.count ?? 1 }

  var carries: [Carry] { step.carries + (tiles == nil ? [] : TiledEstimate.carries) }

  /// What the first evaluation takes besides what changes.
  var operands: [String: HostTensor] {
    var operands = conditions.merging(["sample": task.start]) { $1 }
    for slot in step.carries.dropFirst() { operands[slot.input] = .zeros(step.shape) }
    return operands.merging(tiles?.operands(step.shape) ?? [:]) { $1 }
  }

  /// What changes with the evaluations.
  func changes(drawing noise: inout ImageNoise) -> [[String: HostTensor]] {
    let places = (0..<parts).map { tiles?.operands(tile: $0) ?? [:] }
    let silence = HostTensor.zeros(step.shape)
    return program.steps.indices.map { index in
      let draws = step.layout.drawsNoise && program.steps[index].drawsNoise
      let drawn = draws ? noise.draw(step.shape) : silence
      return change(index, drawn).merging(places[index % parts]) { $1 }
    }
  }

  /// What an evaluation takes that the one before did not, but for the tile.
  private func change(_ index: Int, _ noise: HostTensor) -> [String: HostTensor] {
    var operands = step.operands(program.steps[index], guidance: task.guidance)
    if step.layout.drawsNoise { operands["noise"] = noise }
    if conditions["controlnet_cond"] != nil {
      let weight = task.control.value(step: index / parts, of: task.program.steps.count)
      operands[ConditionedNetwork.controlWeight] = HostTensor([], [Float(weight)])
    }
    return operands
  }

  /// What the graph depends on: shapes, not values.
  var key: GraphKey {
    let first = change(0, .zeros(step.shape)).merging(tiles?.operands(tile: 0) ?? [:]) { $1 }
    return GraphKey(operands.merging(first) { $1 }.mapValues(\.shape), layout: step.layout)
  }

  func graph(of networks: ConditionedNetwork) throws(Fault) -> Graph {
    var shapes = conditions.mapValues(\.shape)
    if shapes["controlnet_cond"] != nil { shapes[ConditionedNetwork.controlWeight] = [] }
    return try Trace.graph { trace in
      var carried: [(String, Tensor)] = []
      let results = step.trace(in: trace) { sample, timestep, guide in
        func estimate(_ cut: (Tensor) -> Tensor) -> Tensor {
          guide(networks.estimate(sample, timestep, conditions: shapes, in: trace, cut: cut))
        }
        guard let tiles else { return estimate { $0 } }
        let made = tiles.trace(in: trace, shape: step.shape, network: estimate)
        carried = made.carried
        return made.estimate
      }
      return Results(results.pairs.map { ($0.name, $0.tensor) } + carried)
    }
  }

  private static func stacked(
    _ conditions: [Guidance.Branch: [String: HostTensor]], _ branches: [Guidance.Branch]
  ) throws -> [String: HostTensor] {
    let each = try branches.map { branch in
      guard let operands = conditions[branch] else {
        throw LimpidError(.failed, "the guidance wants an answer without a condition for it")
      }
      return operands
    }
    return each.stacked
  }
}
