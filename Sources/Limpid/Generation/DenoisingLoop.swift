import Diffusion
import IR
import Networks
import Tensors

/// How far a sampler has come.
public struct StepProgress: Hashable, Sendable {
  /// Steps that are done.
  public let step: Int
  public let count: Int
  /// At the speed of the steps so far.
  public let secondsLeft: Double
}

/// A latent U-Net inside a sampler: the loop from noise to latents, which stay on the device.
package final class DenoisingLoop: Sendable {
  /// What the loop runs on.
  package struct Task {
    package var program: SamplerProgram
    package var guidance: Guidance
    /// The first sample, (N, C, H, W).
    package var start: HostTensor
    /// The U-Net's operands under a conditioning, (N, ...) each, besides `sample` and `timestep`.
    /// `image_latents`, if there, become channels of the sample after its own.
    package var conditions: [Guidance.Branch: [String: HostTensor]]

    package init(
      _ program: SamplerProgram, guidance: Guidance, start: HostTensor,
      conditions: [Guidance.Branch: [String: HostTensor]]
    ) {
      self.program = program
      self.guidance = guidance
      self.start = start
      self.conditions = conditions
    }
  }

  package let network: UNet2DConditionModel
  private let stage: Stage

  package init(_ unet: Model, on engine: Engine) throws(LimpidError) {
    guard let network = unet.network as? UNet2DConditionModel else {
      throw LimpidError(
        .badData, "\(unet.name): \(unet.recognition.descriptor.architecture) is no U-Net")
    }
    self.network = network
    stage = try Stage(unet, on: engine)
  }

  /// The last sample.
  /// - Parameters:
  ///   - noise: each image's own; where the sampler wants some, all draw from theirs.
  ///   - progress: called after every step; what it throws ends the loop.
  package func run(
    _ task: Task, noise: inout ImageNoise, reporting progress: (StepProgress) throws -> Void
  ) throws -> HostTensor {
    let layout = StepLayout(task.program, guidance: task.guidance)
    let graph = StepGraph(layout, shape: task.start.shape)
    let conditions = try stacked(task.conditions, graph.branches)
    let zeros = HostTensor(graph.shape) { $0.update(repeating: 0) }
    var operands = conditions.merging(["sample": task.start]) { $1 }
    for slot in graph.carries.dropFirst() { operands[slot.input] = zeros }
    let steps = task.program.steps.map { step in
      var operands = graph.operands(step, guidance: task.guidance)
      if graph.layout.drawsNoise {
        operands["noise"] = step.drawsNoise ? noise.draw(graph.shape) : zeros
      }
      return operands
    }
    let shapes = conditions.mapValues(\.shape)
    let results = try stage.results(
      Stage.Key(operands.mapValues(\.shape), layout: layout),
      graph: { try Self.graph(of: self.network, in: graph, conditions: shapes) },
      running: { plan in
        let clock = ContinuousClock()
        let began = clock.now
        return try plan.run(operands, steps: steps, carrying: graph.carries) { step in
          let left = (clock.now - began).seconds / Double(step + 1) * Double(steps.count - step - 1)
          try progress(StepProgress(step: step + 1, count: steps.count, secondsLeft: left))
        }
      })
    guard let sample = results["sample"] else { throw LimpidError(.failed, "no sample") }
    return sample
  }

  /// Gives back the device's memory.
  package func release() { stage.release() }

  /// The operands of all conditionings, one after the other.
  private func stacked(
    _ conditions: [Guidance.Branch: [String: HostTensor]], _ branches: [Guidance.Branch]
  ) throws -> [String: HostTensor] {
    let each = try branches.map { branch in
      guard let operands = conditions[branch] else {
        throw LimpidError(.failed, "the guidance wants an answer without a condition for it")
      }
      return operands
    }
    return Dictionary(
      uniqueKeysWithValues: each[0].keys.map { name in
        (name, HostTensor.stacking(each.map { $0[name]! }))
      })
  }

  private static func graph(
    of network: UNet2DConditionModel, in step: StepGraph, conditions: [String: Shape]
  ) throws -> Graph {
    try Trace.graph { trace in
      step.trace(in: trace) { sample, timestep in
        var values = ["sample": sample, "timestep": timestep]
        if let shape = conditions["image_latents"] {
          values["sample"] = sample.concatenated(with: trace.input("image_latents", shape))
        }
        let operands = Operands(trace: trace, shapes: conditions, values: values)
        return network.outputs(trace, operands)["sample"] ?? sample
      }
    }
  }
}

/// The noise of a batch, drawn from a stream of its own for each image.
package struct ImageNoise: Sendable {
  private var streams: [any NormalStream]

  package init(_ random: RandomStream, seeds: [UInt64]) {
    streams = seeds.map { random.seeded($0) }
  }

  /// Standard normal noise of this shape, whose outermost axis are the images.
  package mutating func draw(_ shape: Shape) -> HostTensor {
    HostTensor.stacking(
      streams.indices.map { streams[$0].normals(shape.replacing(0, with: 1)) })
  }
}

extension Duration {
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
