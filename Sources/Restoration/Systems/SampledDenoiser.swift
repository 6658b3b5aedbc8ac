import Diffusion
import Execution
import IR
import Models
import Networks
import Pictures
import Tensors

/// Implicit sampling around a network that estimates the noise in a picture, told the degraded one
/// (C2F-DFT, section 3.2). One graph is a whole step; the noisy picture stays on the device.
///
/// Values are in [-1, 1] here. Noise is drawn for the whole picture from its own seed, the start
/// first and then a draw for every step that adds some; tiles take their part of it.
package struct SampledDenoiser: TileMethod {
  private let network: any DenoisingNetwork
  /// The network again, where its transmission is asked for.
  private let transmitting: UpRestorer?
  private let random: RandomStream
  private let patches: SystemOptions.Patches?
  private let program: SamplerProgram
  private let layout: StepLayout
  /// Of steps in several parts.
  private let partedLayout: StepLayout
  /// The most patches that the network sees at once.
  private let patchBatch: Int

  package static func serves(_ architecture: any Architecture) -> Bool {
    architecture is any DenoisingNetwork && architecture.inputChannels == 6
      && architecture.outputChannels == 3 && architecture.scale == 1
  }

  package init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError) {
    guard let network = model.architecture as? any DenoisingNetwork else {
      throw LimpidError(.badData, "\(model.name): not a network that estimates noise")
    }
    guard options.patches.map({ 0 < $0.stride && $0.stride <= $0.side }) ?? true else {
      throw LimpidError(.usage, "patches begin 1 pixel to their side after one another")
    }
    self.network = network
    transmitting = try options.writesTransmission ? Self.transmitting(model, options) : nil
    (random, patches) = (options.random, options.patches)
    patchBatch = engine.patchesPerRun
    var sampler = ImplicitSampler()
    sampler.eta = options.eta
    do throws(SchedulerError) {
      program = try sampler.program(steps: options.steps ?? network.samplingSteps)
      // However many parts there are, if more than one.
      partedLayout = StepLayout(try program.inParts(2))
    } catch {
      throw LimpidError(.usage, "\(error)")
    }
    layout = StepLayout(program)
  }

  package var steps: Int { program.steps.count }
  package var drawsNoise: Bool { true }
  package var maps: [String] { transmitting == nil ? [] : ["transmission"] }

  package func parts(height: Int, width: Int) -> Int {
    patches(height: height, width: width)?.count ?? 1
  }

  package func graph(batch: Int, height: Int, width: Int) throws(Fault) -> Graph {
    let patches = patches(height: height, width: width)
    let step = step([batch, 3, height, width], patches)
    return try Trace.graph { trace in
      let degraded = trace.input("degraded", step.shape)
      var carried: [(String, Tensor)] = []
      var transmission: Tensor?
      let results = step.trace(in: trace) { sample, timestep in
        if let transmitting {
          let image = degraded.concatenated(with: sample)
          let found = transmitting.estimate(image, time: timestep, trace.weights)
          transmission = found.transmission.enlarged(to: image)
          return found.noise
        }
        guard let patches else { return estimate(degraded, sample, timestep, trace.weights) }
        let made = patches.trace(in: trace, [degraded, sample], channels: 3) {
          let times = timestep.repeated($0[0].batch / batch)
          return estimate($0[0], $0[1], times, trace.weights)
        }
        carried = made.carried
        return made.estimate
      }
      let maps = transmission.map { [("transmission", $0)] } ?? []
      return Results(results.pairs.map { ($0.name, $0.tensor) } + carried + maps)
    }
  }

  package func restore(
    _ tiles: TileBatch, with plan: any Plan, reporting report: (Double) throws -> Void
  ) throws -> HostTensor {
    let patches = patches(height: tiles.shape[2], width: tiles.shape[3])
    let step = step(tiles.shape, patches)
    var noise = TileNoise(tiles, random)
    var operands = patches?.operands(step.shape) ?? [:]
    operands["degraded"] = tiles.images.map { 2 * $0 - 1 }
    operands["sample"] = noise.next().map { $0 * Float(program.initialScale) }
    let (changes, silence) = (patches?.changes ?? [[:]], HostTensor.zeros(step.shape))
    let steps = try program.inParts(changes.count).steps.enumerated().map { index, each in
      let part = index % changes.count
      var changing = step.operands(each).merging(changes[part]) { $1 }
      if step.layout.drawsNoise {
        changing["noise"] = part == changes.count - 1 ? noise.next() : silence
      }
      return changing
    }
    let carries = step.carries + (patches == nil ? [] : PatchedEstimate.carries)
    let results = try plan.run(operands, steps: steps, carrying: carries) {
      try report($0 / Double(changes.count))
    }
    guard let sample = results["sample"] else {
      throw LimpidError(.failed, "the sampler has no result named 'sample'")
    }
    let shown = sample.map { (($0 + 1) / 2).clamped(to: 0...1) }
    return results["transmission"].map { Self.joined(shown, $0) } ?? shown
  }

  /// Images and a map of each as one batch of 4 channels.
  private static func joined(_ images: HostTensor, _ maps: HostTensor) -> HostTensor {
    let (height, width) = (images.shape[2], images.shape[3])
    return .stacking(
      (0..<images.shape[0]).map { index in
        HostTensor.stacking([
          images.outermost(index).reshaped([3, height, width]),
          maps.outermost(index).reshaped([1, height, width]),
        ]).reshaped([1, 4, height, width])
      })
  }

  /// - Throws: ``LimpidError`` where there is no transmission of the whole picture.
  private static func transmitting(
    _ model: Model, _ options: SystemOptions
  ) throws(LimpidError) -> UpRestorer {
    guard let network = model.architecture as? UpRestorer else {
      throw LimpidError(
        .usage, "\(model.name): \(model.recognition.descriptor.architecture) has no transmission",
        remedy: .leaveOut(["keep-transmission"]))
    }
    guard options.patches == nil else {
      throw LimpidError(
        .usage, "the transmission of patches is not put together",
        remedy: .leaveOut(["patch", "keep-transmission"]))
    }
    return network
  }

  /// A step, or a part of one where there are several.
  private func step(_ shape: Shape, _ patches: PatchedEstimate?) -> StepGraph {
    StepGraph((patches?.count ?? 1) > 1 ? partedLayout : layout, shape: shape)
  }

  /// nil where there is one patch only, the tile itself.
  private func patches(height: Int, width: Int) -> PatchedEstimate? {
    guard let patches else { return nil }
    let side = min(patches.side, height, width)
    guard side < max(height, width) else { return nil }
    let grid = PatchGrid(
      height: height, width: width, side: side, stride: min(patches.stride, side))
    return PatchedEstimate(grid, limit: patchBatch)
  }

  private func estimate(
    _ degraded: Tensor, _ sample: Tensor, _ timestep: Tensor, _ w: Weights
  ) -> Tensor {
    network(degraded.concatenated(with: sample), time: timestep, w)
  }
}

extension Tensor {
  /// A map of half the sides of an image that was padded, as large as the image.
  fileprivate func enlarged(to image: Tensor) -> Tensor {
    resized(.bilinear, height: 2 * height, width: 2 * width)
      .cropped(height: image.height, width: image.width)
  }

  /// One after the other along the outermost axis.
  fileprivate func repeated(_ count: Int) -> Tensor {
    guard count > 1 else { return self }
    return apply(
      .concatenation(Concatenation(axis: 0)), [Tensor](repeating: self, count: count - 1))
  }
}
