import Diffusion
import Execution
import Models
import Networks
import Pictures
import Tensors

/// AutoDIR: finds what is wrong with a picture and removes it, step by step.
///
/// As many pictures go through the networks together as fit, large ones in tiles; all networks stay
/// on the device.
package final class AutoDIRSystem: RestorationSystem {
  private let network: AutoDIR
  private let networks: AutoDIRNetworks
  private let options: SystemOptions
  private let program: SamplerProgram
  private let enlargement: AutoDIREnlargement
  /// Of pictures that are large enough.
  private let tiling: EvenTiling?
  private let batches: BatchSizes

  package static func serves(_ model: Model) -> Bool { model.system == .autoDIR }

  /// - Throws: also when the checkpoint or the options do not fit, before anything runs.
  package init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError) {
    guard let network = model.architecture as? AutoDIR else {
      throw LimpidError(.badData, "\(model.name): it is not AutoDIR")
    }
    try Self.check(options)
    (self.network, self.options) = (network, options)
    batches = BatchSizes(engine, options)
    enlargement = try AutoDIREnlargement(options)
    program = try Self.program(steps: options.steps ?? Self.usualSamplerSteps)
    networks = try AutoDIRNetworks(
      model, network, crops: AssessmentCrops(perSide: options.assessmentCrops), on: engine)
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
    guard (1...8).contains(options.assessmentCrops) else {
      throw LimpidError(.usage, "1 to 8 crops of a side are looked at")
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
    guard let first = subjects.first?.picture else { return [] }
    let batch = try batch(of: subjects.count, first.width, first.height)
    return try shrinking(from: batch, networks.release) { batch in
      var restoration = AutoDIRRestoration(
        try subjects.map(picture), networks: networks, options: options, program: program,
        tiling: tiling, readsText: readsText)
      let preparation = Preparation()
      defer { preparation.end() }
      try restoration.prepare(batch, in: preparation)
      try restoration.run(atOnce: batch, reporting: report)
      let tiles = restoration.tiles.latents.pixels
      return zip(subjects, restoration.pictures).map { subject, picture in
        RestoredPicture(
          picture: picture.result, tile: tiles.map { ($0.width, $0.height) },
          seed: subject.seed, warnings: tiles == nil ? [] : [Self.tilingWarning],
          rounds: picture.rounds, kept: picture.kept)
      }
    }
  }

  private func picture(of subject: Subject) throws -> AutoDIRPicture {
    AutoDIRPicture(
      subject, try enlargement.enlarged(subject.picture), task: try task(for: subject),
      options: options, multiple: network.sizeMultiple)
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

  private func batch(of count: Int, _ width: Int, _ height: Int) throws(LimpidError) -> Int {
    try batches.largest(
      of: count, enlargement.size(width: width, height: height), reduction: reduction
    ) { try need(together: $0, width: width, height: height) }
  }

  /// Of the most steps that there may be.
  package func need(_ count: Int, width: Int, height: Int) throws(LimpidError) -> Need {
    do {
      let batch = try batch(of: count, width, height)
      return try need(together: batch, width: width, height: height)
        .forWork(on: count, together: batch)
    } catch {
      throw LimpidError(error)
    }
  }

  /// What so many pictures take that are run at once.
  private func need(together batch: Int, width: Int, height: Int) throws -> Need {
    try networks.need(
      tiling(width, height), batch: batch, enlargement.size(width: width, height: height),
      steps: program.steps.count, branches: options.guidance.branches.count, readsText: readsText
    ).times(AutoDIRTask(options).mostRounds)
  }

  /// Whether texts are read besides those of the degradations.
  private var readsText: Bool {
    if case .prompted = AutoDIRTask(options) { return true }
    return options.guidance.branches.count > 1
  }

  package var reduction: Int { networks.autoencoder.pixelsPerLatent }

  package func tiles(width: Int, height: Int) throws(LimpidError) -> Tiles? {
    tiling(width, height).latents.pixels
  }
}
