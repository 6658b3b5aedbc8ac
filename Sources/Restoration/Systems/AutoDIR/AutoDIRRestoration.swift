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
  /// What the turns remove where they would find out; nil for what they find.
  private let degradations: [Degradation]?
  /// Before the last change, where colours are brought back to it.
  private var before: Picture?
  /// What was asked for besides the result.
  private(set) var kept: [KeptPicture] = []

  init(
    _ picture: Picture, seed: UInt64, networks: AutoDIRNetworks, task: AutoDIRTask,
    options: SystemOptions, program: SamplerProgram, multiple: Int, tiling: EvenTiling?,
    keepingTo degradations: [Degradation]? = nil
  ) {
    image = PaddedImage(picture, multiple: multiple)
    tiles = AutoDIRTiles(
      tiling, coding: options.autoencoderTiling, width: image.values.shape[3],
      height: image.values.shape[2], step: networks.autoencoder.pixelsPerLatent)
    (self.networks, self.task, self.options) = (networks, task, options)
    self.program = program
    self.seed = seed
    self.degradations = degradations
  }

  /// Restores the picture.
  /// - Parameter report: what it throws ends the work.
  mutating func run(reporting report: (Event) throws -> Void) throws -> Picture {
    let clock = ContinuousClock()
    var done = 0
    while done < task.mostRounds {
      let began = clock.now
      let turn = try turn(done)
      try follow(turn, number: done + 1) { try report(.sampled($0, done: done)) }
      done += 1
      try report(.finished(round(done, turn, took: clock.now - began)))
      if turn.weight == nil { break }
    }
    return shown(image)
  }

  /// The picture that an image is, with the colours that it is to have.
  private func shown(_ image: PaddedImage) -> Picture {
    let picture = image.picture(truncating: false)
    let fixed = before.map { options.colourFix.applied(to: picture, as: $0) } ?? picture
    return options.truncates ? fixed.truncated : fixed
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
      report: report, picture: isKept ? shown(image) : nil)
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
    case .prompted(let texts):
      let text = texts[done]
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
      let next = degradations.map { done < $0.count ? $0[done] : .nothing } ?? found.likeliest
      // Each degradation is removed once at most.
      candidates.removeAll { $0 == next }
      return turn(next, found, condition: found.condition)
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
    _ turn: Turn, number: Int, reporting progress: (StepProgress) throws -> Void
  ) throws {
    guard let weight = turn.weight else { return }
    if options.colourFix != .none { before = image.picture(truncating: false) }
    let diffused = try diffuse(turn.condition, reporting: progress)
    func corrected(_ weight: Float) throws -> HostTensor {
      try networks.correction.corrected(
        diffused, degraded: image.values, weight: weight, tiling: tiles.correction)
    }
    let result = try corrected(weight)
    if options.keepsBoth {
      keep(diffused, "step_\(number)_diffused")
      keep(weight == 1 ? result : try corrected(1), "step_\(number)_corrected")
    }
    image.values = result
  }

  private mutating func keep(_ values: HostTensor, _ name: String) {
    var other = image
    other.values = values
    kept.append(KeptPicture(name, shown(other), isState: true))
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
