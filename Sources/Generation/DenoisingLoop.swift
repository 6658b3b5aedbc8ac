import Diffusion
import Execution
import IR
import Models
import Networks
import Pictures
import Tensors

/// A latent U-Net inside a sampler: the loop from noise to latents, which stay on the device.
package final class DenoisingLoop: Sendable {
  /// What the loop runs on.
  package struct Task: Sendable {
    package var program: SamplerProgram
    package var guidance: Guidance
    /// The first sample, (N, C, H, W).
    package var start: HostTensor
    /// The U-Net's operands under a conditioning, (N, ...) each, besides `sample` and `timestep`.
    /// `image_latents`, if there, become channels of the sample after its own;
    /// `controlnet_cond`, if there, is shown to the ControlNet.
    package var conditions: [Guidance.Branch: [String: HostTensor]]
    package var control = ControlWeight()
    /// nil: the U-Net sees all latents at once.
    package var tiling: EvenTiling?

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

  /// How much a ControlNet counts, and in which part of the steps.
  package struct ControlWeight: Hashable, Sendable {
    package var scale = 1.0
    /// Of all steps: diffusers' `control_guidance_start` and `control_guidance_end`.
    package var range = 0.0...1.0

    package init() {}

    /// The weight in the step with this number.
    func value(step: Int, of count: Int) -> Double {
      let (start, end) = (Double(step) / Double(count), Double(step + 1) / Double(count))
      return start < range.lowerBound || end > range.upperBound ? 0 : scale
    }
  }

  package var network: UNet2DConditionModel { networks.unet }
  /// Pixels of a ControlNet's image for one element of a latent; nil without a ControlNet.
  package var controlPixels: Int? { networks.control?.pixelsPerLatent }
  private let networks: ConditionedNetwork
  private let loaded: LoadedNetwork

  /// - Parameter control: a ControlNet for this U-Net.
  package init(
    _ unet: Model, control: Model? = nil, on engine: Engine
  ) throws(LimpidError) {
    guard let network = unet.architecture as? UNet2DConditionModel else {
      throw LimpidError(
        .badData, "\(unet.name): \(unet.recognition.descriptor.architecture) is no U-Net")
    }
    guard let control else {
      networks = ConditionedNetwork(unet: network, control: nil)
      loaded = LoadedNetwork(unet, on: engine)
      return
    }
    networks = ConditionedNetwork(
      unet: network, control: try Self.control(control, for: network))
    let weights = JoinedWeights(
      unet.weights, scopes: [ConditionedNetwork.controlScope: control.weights])
    loaded = LoadedNetwork(unet, weights: weights, on: engine)
  }

  private static func control(
    _ model: Model, for unet: UNet2DConditionModel
  ) throws(LimpidError) -> ControlNetModel {
    guard let control = model.architecture as? ControlNetModel else {
      throw LimpidError(
        .badData, "\(model.name): \(model.recognition.descriptor.architecture) is no ControlNet")
    }
    let (own, other) = (control.configuration.backbone, unet.configuration.backbone)
    guard own.inChannels == unet.outputChannels, own.blockOutChannels == other.blockOutChannels,
      own.layersPerBlock == other.layersPerBlock,
      own.crossAttentionDim == other.crossAttentionDim
    else { throw LimpidError(.badData, "\(model.name): it is a ControlNet for another U-Net") }
    return control
  }

  /// The last sample.
  /// - Parameters:
  ///   - noise: each image's own; where the sampler wants some, all draw from theirs.
  ///   - progress: called after every step, and within steps that take long; what it throws ends
  ///     the loop.
  package func run(
    _ task: Task, noise: inout ImageNoise, reporting progress: (StepProgress) throws -> Void
  ) throws -> HostTensor {
    let steps = try DenoisingSteps(task)
    let start = steps.operands
    let changes = steps.changes(drawing: &noise)
    let results = try loaded.results(
      steps.key, graph: { try steps.graph(of: self.networks) },
      running: { plan in
        let clock = ContinuousClock()
        let began = clock.now
        return try plan.run(start, steps: changes, carrying: steps.carries) { evaluations in
          try progress(
            StepProgress(
              evaluations / Double(steps.parts), of: task.program.steps.count,
              after: (clock.now - began) / .seconds(1)))
        }
      })
    guard let sample = results["sample"] else { throw LimpidError(.failed, "no sample") }
    return sample
  }

  /// Makes what a task runs on before it is needed.
  /// - Parameter task: with operands of the right shapes, whatever their values are.
  package func prepare(_ task: Task) throws {
    let steps = try DenoisingSteps(task)
    try loaded.prepare(steps.key) { try steps.graph(of: self.networks) }
  }

  package var parameterCount: Int { loaded.model.recognition.descriptor.parameterCount }

  /// What one evaluation of the U-Net takes, with its ControlNet where there is one.
  /// - Parameters:
  ///   - batch: samples, each under every conditioning.
  ///   - height: of the latents; likewise the width.
  package func need(batch: Int, height: Int, width: Int) throws -> Need {
    let own = network.operands(batch: batch, height: height, width: width)
    var conditions = own
    if let control = networks.control {
      // What it tells the U-Net is no operand here.
      conditions = own.filter { !$0.key.hasPrefix("down_block_res_samples") }
        .merging(control.operands(batch: batch, height: height, width: width)) { $1 }
    }
    for name in ["sample", "timestep"] { conditions[name] = nil }
    return try loaded.need(
      of: Trace.graph { trace in
        let (sample, time) = (
          trace.input("sample", own["sample"]!), trace.input("timestep", own["timestep"]!)
        )
        return [
          "sample": networks.estimate(sample, time, conditions: conditions, in: trace) { $0 }
        ]
      })
  }

  /// Gives back the device's memory.
  package func release() { loaded.release() }
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
