import Diffusion
import Execution
import Generation
import Networks
import Pictures
import Tensors

/// AutoDIR's loop over pictures of one size: find what is wrong, diffuse it away, put the structure
/// back.
///
/// Each picture goes its own way. Those that have come to the same stage go through its networks
/// together, whatever is wrong with them; one that is through makes room for the next.
///
/// Y. Jiang et al., "AutoDIR", ECCV 2024, section 3.1 and figure 2.
struct AutoDIRRestoration {
  let networks: AutoDIRNetworks
  let options: SystemOptions
  let program: SamplerProgram
  let tiles: AutoDIRTiles
  /// Whether texts are read besides those of the degradations, which are read once.
  let readsText: Bool
  private(set) var pictures: [AutoDIRPicture]

  /// - Parameter pictures: at least one.
  init(
    _ pictures: [AutoDIRPicture], networks: AutoDIRNetworks, options: SystemOptions,
    program: SamplerProgram, tiling: EvenTiling?, readsText: Bool
  ) {
    let shape = pictures[0].image.values.shape
    tiles = AutoDIRTiles(
      tiling, coding: options.autoencoderTiling, width: shape[3], height: shape[2],
      step: networks.autoencoder.pixelsPerLatent)
    (self.pictures, self.networks, self.options) = (pictures, networks, options)
    (self.program, self.readsText) = (program, readsText)
  }

  /// Restores the pictures.
  /// - Parameters:
  ///   - batch: of them that go through a network together at the most, a power of two.
  ///   - report: what it throws ends the work.
  mutating func run(
    atOnce batch: Int, reporting report: (RestorationEvent) throws -> Void
  ) throws {
    while true {
      try look(atOnce: batch, reporting: report)
      let ready = pictures.indices.filter { pictures[$0].turn != nil }
      guard let group = ready.grouped(upTo: batch).first else { return }
      try follow(group, reporting: report)
    }
  }

  /// Finds out what to do next with the pictures at the front, until as many as go together have
  /// something to do.
  private mutating func look(
    atOnce batch: Int, reporting report: (RestorationEvent) throws -> Void
  ) throws {
    while true {
      let ready = pictures.count { $0.turn != nil }
      let waiting = pictures.indices.filter { pictures[$0].turn == nil && !pictures[$0].isOver }
      guard ready < batch, let group = waiting.grouped(upTo: batch - ready).first else { return }
      try decide(group)
      let idle = group.filter { pictures[$0].turn?.weight == nil }
      for index in idle { pictures[index].finish(nil) }
      try tell(idle, to: report)
    }
  }

  private mutating func decide(_ group: [Int]) throws {
    let began = ContinuousClock.now
    let seen = group.filter { pictures[$0].lookedFor != nil }
    let found = try networks.assessment.assess(
      seen.map { pictures[$0].image.inside }, among: seen.map { pictures[$0].lookedFor ?? [] })
    let seconds = (.now - began) / .seconds(1) / Double(group.count)
    for index in group {
      try pictures[index].decide(
        seen.firstIndex(of: index).map { found[$0] }, networks.texts, took: seconds)
    }
    leaveTexts()
  }

  private func leaveTexts() { if !readsText { networks.texts.release() } }

  private mutating func follow(
    _ group: [Int], reporting report: (RestorationEvent) throws -> Void
  ) throws {
    let began = ContinuousClock.now
    let images = HostTensor.stacking(group.map { pictures[$0].image.values })
    let diffused = try diffuse(images, group) { progress in
      let done = group.reduce(0.0) { sum, index in
        sum + progress.done / Double(progress.count) / Double(pictures[index].task.mostRounds)
      }
      try report(RestorationEvent(progress, of: "sampling", share: share(with: done)))
    }
    let isCorrected = group.contains { pictures[$0].turn?.weight != 0 } || options.keepsBoth
    let corrected =
      isCorrected
      ? try networks.correction.corrected(diffused, degraded: images, tiling: tiles.correction)
      : nil
    let seconds = (.now - began) / .seconds(1) / Double(group.count)
    for (place, index) in group.enumerated() {
      let change = (diffused.outermost(place), corrected?.outermost(place))
      pictures[index].finish(change, took: seconds)
    }
    try tell(group, to: report)
  }

  /// Tells of the last turns of pictures.
  private func tell(_ group: [Int], to report: (RestorationEvent) throws -> Void) throws {
    for index in group {
      guard let round = pictures[index].rounds.last else { continue }
      try report(.round(round.report, subject: index, share: share(with: 0)))
    }
  }

  /// How much of all work is done.
  /// - Parameter more: of pictures, besides whole turns.
  private func share(with more: Double) -> Double {
    min((pictures.reduce(0) { $0 + $1.share } + more) / Double(pictures.count), 1)
  }

  /// The images of pictures as the diffusion makes them anew, each told what its turn says and its
  /// own latent.
  private func diffuse(
    _ images: HostTensor, _ group: [Int], reporting progress: (StepProgress) throws -> Void
  ) throws -> HostTensor {
    // The mean as it is: only what is decoded is scaled (InstructPix2Pix).
    let latents = try networks.autoencoder.encode(
      image: images, tiling: tiles.latents.autoencoder
    ).mean
    // The same noise in every step of the loop, as in the official code.
    var noise = ImageNoise(options.random, seeds: group.map { pictures[$0].seed })
    let scale = Float(program.initialScale)
    let start = noise.draw(latents.shape).map { $0 * scale }
    let task = try task(start, latents) { branch in
      try .stacking(
        group.map { index in
          guard branch == .conditional, let turn = pictures[index].turn else {
            return try networks.texts.state(of: "")
          }
          return turn.condition
        })
    }
    let samples = try networks.denoising.run(task, noise: &noise, reporting: progress)
    return try networks.autoencoder.image(of: samples, tiling: tiles.latents.autoencoder)
  }

  /// What the diffusion runs on.
  /// - Parameter text: what the U-Net is told under a conditioning, (N, T, C).
  private func task(
    _ start: HostTensor, _ latents: HostTensor, text: (Guidance.Branch) throws -> HostTensor
  ) rethrows -> DenoisingLoop.Task {
    let guidance = options.guidance
    var conditions: [Guidance.Branch: [String: HostTensor]] = [:]
    for (branch, _) in guidance.branches {
      conditions[branch] = [
        "encoder_hidden_states": try text(branch),
        "image_latents": branch == .unconditional ? latents.zeros : latents,
      ]
    }
    var task = DenoisingLoop.Task(
      program, guidance: guidance, start: start, conditions: conditions)
    task.tiling = tiles.latents.denoising
    return task
  }
}

extension AutoDIRRestoration {
  /// Reads the texts of the degradations, and then makes what pictures go through, in the order in
  /// which they do, before they are there.
  /// - Parameter batch: of pictures that go together.
  func prepare(_ batch: Int, in preparation: Preparation) throws {
    if pictures.contains(where: { $0.lookedFor != nil }) {
      _ = try networks.texts.encodedLabels()
      leaveTexts()
    }
    let (networks, tiles) = (networks, tiles)
    let (coded, corrected) = (tiles.latents.coded, tiles.corrected)
    let side = networks.autoencoder.pixelsPerLatent
    let shape = pictures[0].image.values.shape
    let latents = HostTensor.zeros([
      batch, networks.autoencoder.latentChannels, shape[2] / side, shape[3] / side,
    ])
    let text = HostTensor.zeros(networks.texts.shape.replacing(0, with: batch))
    let task = task(latents, latents) { _ in text }
    let size = (pictures[0].image.width, pictures[0].image.height)
    preparation.add { try networks.assessment.prepare(batch: batch, size) }
    preparation.add {
      try networks.autoencoder.prepareEncoding(
        batch: batch, height: coded.height, width: coded.width)
    }
    preparation.add { try networks.denoising.prepare(task) }
    preparation.add {
      try networks.autoencoder.prepareDecoding(
        batch: batch, height: coded.height, width: coded.width)
    }
    preparation.add {
      try networks.correction.prepare(
        batch: batch, height: corrected.height, width: corrected.width)
    }
  }
}
