import Diffusion
import Generation
import Networks
import Pictures
import Tensors

/// AutoDIR's loop over one picture: find what is wrong, diffuse it away, put the structure back.
///
/// Y. Jiang et al., "AutoDIR", ECCV 2024, section 3.1 and figure 2.
struct AutoDIRRestoration {
  /// What is told while it works.
  enum Event {
    /// Another step of the sampler, in the step of the loop that follows those which are done.
    case sampled(StepProgress, done: Int)
    /// Another step of the loop, or the last look, which found nothing more to do.
    case finished(RestorationRound)
  }

  let networks: AutoDIRNetworks
  let task: AutoDIRTask
  let options: SystemOptions
  let program: SamplerProgram
  let seed: UInt64
  private let tiles: AutoDIRTiles
  /// Between the loop's steps; neither clamped nor rounded.
  private var image: PaddedImage
  private var candidates = Degradation.allCases

  init(
    _ picture: Picture, seed: UInt64, networks: AutoDIRNetworks, task: AutoDIRTask,
    options: SystemOptions, program: SamplerProgram, multiple: Int, tiling: EvenTiling?
  ) {
    image = PaddedImage(picture, multiple: multiple)
    tiles = AutoDIRTiles(
      tiling, coding: options.autoencoderTiling, width: image.values.shape[3],
      height: image.values.shape[2], step: networks.autoencoder.pixelsPerLatent)
    (self.networks, self.task, self.options) = (networks, task, options)
    self.program = program
    self.seed = seed
  }

  /// Restores the picture.
  /// - Parameter report: what it throws ends the work.
  mutating func run(reporting report: (Event) throws -> Void) throws -> Picture {
    let clock = ContinuousClock()
    var done = 0
    while done < task.mostRounds {
      let began = clock.now
      let turn = try turn(done)
      try follow(turn) { try report(.sampled($0, done: done)) }
      done += 1
      try report(.finished(round(done, turn, took: clock.now - began)))
      if turn.weight == nil { break }
    }
    return image.picture(truncating: options.truncates)
  }

  private func round(_ number: Int, _ turn: Turn, took: Duration) -> RestorationRound {
    let report = RestorationRound.Report(
      number: number, label: turn.label,
      probabilities: turn.probabilities.map {
        .init(label: $0.degradation.rawValue, value: $0.value)
      },
      isChange: turn.weight != nil, structureWeight: turn.weight,
      seconds: took / .seconds(1))
    let isKept = options.keepsSteps && turn.weight != nil
    return RestorationRound(
      report: report, picture: isKept ? image.picture(truncating: options.truncates) : nil)
  }

  /// What a step of the loop is to do.
  private struct Turn {
    /// A degradation, or a text to follow.
    let label: String
    var probabilities: [DegradationProbability] = []
    /// Tokens for the U-Net, (1, T, C).
    let condition: HostTensor
    /// Of the structure correction; nil for nothing to do.
    let weight: Float?
  }

  /// Finds out what to do next.
  private mutating func turn(_ done: Int) throws -> Turn {
    switch task {
    case .prompted(let text):
      return Turn(
        label: text, condition: try networks.texts.state(of: text),
        weight: options.structureWeight.value(after: nil))
    case .chosen(let degradations):
      let wanted = degradations[done]
      let found = try networks.assessment.assess(image.inside, among: Degradation.allCases)
      let place = Degradation.allCases.firstIndex(of: wanted)!
      return turn(
        wanted, found, condition: try networks.texts.encodedLabels().states[place])
    case .automatic:
      let found = try networks.assessment.assess(image.inside, among: candidates)
      // Each degradation is removed once at most.
      candidates.removeAll { $0 == found.likeliest }
      return turn(found.likeliest, found, condition: found.condition)
    }
  }

  private func turn(
    _ degradation: Degradation, _ found: QualityAssessment.Result, condition: HostTensor
  ) -> Turn {
    Turn(
      label: degradation.rawValue, probabilities: found.probabilities, condition: condition,
      weight: degradation == .nothing
        ? nil : options.structureWeight.value(after: degradation))
  }

  private mutating func follow(
    _ turn: Turn, reporting progress: (StepProgress) throws -> Void
  ) throws {
    guard let weight = turn.weight else { return }
    let diffused = try diffuse(turn.condition, reporting: progress)
    image.values = try networks.correction.corrected(
      diffused, degraded: image.values, weight: weight, tiling: tiles.correction)
  }

  /// The image as the diffusion makes it anew, told `condition` and the image's own latent.
  private func diffuse(
    _ condition: HostTensor, reporting progress: (StepProgress) throws -> Void
  ) throws -> HostTensor {
    // The mean as it is: only what is decoded is scaled (InstructPix2Pix).
    let latent = try networks.autoencoder.encode(
      image: image.values, tiling: tiles.latents.autoencoder
    ).mean
    let guidance = options.guidance
    var conditions: [Guidance.Branch: [String: HostTensor]] = [:]
    for (branch, _) in guidance.branches {
      conditions[branch] = [
        "encoder_hidden_states":
          branch == .conditional ? condition : try networks.texts.state(of: ""),
        "image_latents": branch == .unconditional ? latent.zeros : latent,
      ]
    }
    // The same noise in every step of the loop, as in the official code.
    var noise = ImageNoise(options.random, seeds: [seed])
    let scale = Float(program.initialScale)
    let start = noise.draw(latent.shape).map { $0 * scale }
    var task = DenoisingLoop.Task(
      program, guidance: guidance, start: start,
      conditions: conditions)
    task.tiling = tiles.latents.denoising
    let sample = try networks.denoising.run(task, noise: &noise, reporting: progress)
    return try networks.autoencoder.image(of: sample, tiling: tiles.latents.autoencoder)
  }
}
