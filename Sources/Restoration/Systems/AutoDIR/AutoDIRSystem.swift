import Diffusion
import Execution
import Models
import Networks
import Pictures
import Tensors

/// AutoDIR: finds what is wrong with a picture and removes it, step by step.
///
/// Pictures are restored one after the other, large ones in tiles; all networks stay on the device.
package final class AutoDIRSystem: RestorationSystem {
  private let model: Model
  private let engine: Engine
  private let network: AutoDIR
  private let networks: AutoDIRNetworks
  private let options: SystemOptions
  private let program: SamplerProgram
  private let enlargement: AutoDIREnlargement
  /// Of pictures that are large enough.
  private let tiling: EvenTiling?

  package static func serves(_ model: Model) -> Bool { model.system == .autoDIR }

  /// - Throws: also when the checkpoint or the options do not fit, before anything runs.
  package init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError) {
    guard let network = model.architecture as? AutoDIR else {
      throw LimpidError(.badData, "\(model.name): it is not AutoDIR")
    }
    try Self.check(options)
    (self.model, self.engine, self.network, self.options) = (model, engine, network, options)
    enlargement = try AutoDIREnlargement(options)
    program = try Self.program(steps: options.steps ?? Self.usualSamplerSteps)
    networks = try AutoDIRNetworks(model, on: engine)
    tiling = try AutoDIRTiles.choice(
      options.tiling, overlap: options.overlap, step: networks.autoencoder.pixelsPerLatent)
    if case .prompted(let texts) = AutoDIRTask(options) { try networks.texts.check(texts) }
  }

  private static func check(_ options: SystemOptions) throws(LimpidError) {
    if let degradations = options.degradations {
      guard !degradations.isEmpty, !degradations.contains(.nothing) else {
        throw LimpidError(.usage, "no degradations are chosen")
      }
      guard options.texts[.prompt].isEmpty else {
        throw LimpidError(.usage, "degradations to remove and a text to follow exclude each other")
      }
    }
    if case .fixed(let weight) = options.structureWeight, !weight.isFinite {
      throw LimpidError(.usage, "the structure weight is no number")
    }
    guard options.textGuidance.isFinite, options.imageGuidance.isFinite, options.mostRounds > 0
    else {
      throw LimpidError(.usage, "guidance and steps must be numbers, and some steps")
    }
  }

  private static func program(steps: Int) throws(LimpidError) -> SamplerProgram {
    let betas = BetaSchedule.scaledLinear(from: 0.00085, to: 0.012)
    var sampler = EulerAncestral(Schedule(noise: NoiseSchedule(betas, count: 1000)))
    sampler.form = .kDiffusion
    do throws(SchedulerError) {
      return try sampler.program(steps: steps)
    } catch {
      throw LimpidError(.usage, "\(error)")
    }
  }

  package func restore(
    _ subjects: [Subject], reporting report: (RestorationEvent) throws -> Void
  ) throws(LimpidError) -> [RestoredPicture] {
    try releasing(networks.release) {
      try subjects.enumerated().map { index, subject in
        try restore(subject) { event in
          try report(event.scaled(from: index, of: subjects.count))
        }
      }
    }
  }

  private func restore(
    _ subject: Subject, reporting report: (RestorationEvent) throws -> Void
  ) throws -> RestoredPicture {
    let task = try task(for: subject)
    var restoration = AutoDIRRestoration(
      try enlargement.enlarged(subject.picture), seed: subject.seed, networks: networks,
      task: task, options: options, program: program, multiple: network.sizeMultiple,
      tiling: tiling, keepingTo: subject.degradations)
    let most = Double(task.mostRounds)
    var rounds: [RestorationRound] = []
    let picture = try restoration.run { event in
      switch event {
      case .sampled(let progress, let done):
        let share = min((Double(done) + progress.done / Double(progress.count)) / most, 1)
        try report(RestorationEvent(progress, of: "sampling", share: share))
      case .finished(let round):
        rounds.append(round)
        let share = min(Double(rounds.count) / most, 1)
        try report(.round(round.report, subject: 0, share: share))
      }
    }
    let tiles = tiling(subject.picture.width, subject.picture.height).latents.pixels
    return RestoredPicture(
      picture: picture, tile: tiles.map { ($0.width, $0.height) }, seed: subject.seed,
      warnings: tiles == nil ? [] : [Self.tilingWarning], rounds: rounds,
      kept: restoration.kept)
  }

  /// Texts that are written beside a picture are followed there.
  private func task(for subject: Subject) throws(LimpidError) -> AutoDIRTask {
    let task = AutoDIRTask(options, beside: subject.texts[.prompt])
    if case .prompted(let texts) = task { try networks.texts.check(texts) }
    return task
  }

  private static let tilingWarning =
    "AutoDIR looks at the whole image at once; tiles give a slightly different result"

  package static func scale(_ options: SystemOptions, of model: Model) -> Int { options.upscale }

  /// How pictures of a size are cut.
  private func tiling(_ width: Int, _ height: Int) -> AutoDIRTiles {
    let (width, height) = enlargement.size(width: width, height: height)
    let side = network.sizeMultiple
    return AutoDIRTiles(
      tiling, coding: options.autoencoderTiling, width: (width + side - 1) / side * side,
      height: (height + side - 1) / side * side, step: networks.autoencoder.pixelsPerLatent)
  }

  /// Of the most steps that there may be.
  package func need(width: Int, height: Int) throws(LimpidError) -> Need {
    let branches = options.guidance.branches.count
    let task = AutoDIRTask(options)
    var readsText = branches > 1
    if case .prompted = task { readsText = true }
    do {
      return try networks.need(
        tiling(width, height), steps: program.steps.count, branches: branches,
        readsText: readsText
      ).times(task.mostRounds)
    } catch {
      throw LimpidError(error)
    }
  }

  package func tiles(width: Int, height: Int) throws(LimpidError) -> Tiles? {
    tiling(width, height).latents.pixels
  }
}

extension RestorationEvent {
  /// The same among the work on several pictures.
  fileprivate func scaled(from index: Int, of count: Int) -> RestorationEvent {
    func scaled(_ share: Double) -> Double { (Double(index) + share) / Double(count) }
    switch self {
    case .tile(let share): return .tile(share: scaled(share))
    case .working(let share): return .working(share: scaled(share))
    case .step(let stage, let number, let of, let share):
      return .step(stage: stage, number: number, count: of, share: scaled(share))
    case .round(let round, _, let share):
      return .round(round, subject: index, share: scaled(share))
    }
  }
}
