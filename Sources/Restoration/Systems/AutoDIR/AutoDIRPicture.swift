import Networks
import Pictures
import Tensors

/// A picture on its way through AutoDIR's loop, and what has become of it so far.
struct AutoDIRPicture {
  /// What a step of the loop is to do.
  struct Turn {
    /// A degradation, or a text to follow.
    let label: String
    let probabilities: [DegradationProbability]
    /// Tokens for the U-Net, (1, T, C).
    let condition: HostTensor
    /// Of the structure correction; nil for nothing to do.
    let weight: Float?
  }

  let seed: UInt64
  let task: AutoDIRTask
  private let options: SystemOptions
  /// What the turns remove where they would find out; nil for what they find.
  private let degradations: [Degradation]?
  /// Between the loop's steps; neither clamped nor rounded.
  private(set) var image: PaddedImage
  private var candidates = Degradation.allCases
  /// Before the last change, where colours are brought back to it.
  private var before: Picture?
  /// What is to be done next; nil until that is found out.
  private(set) var turn: Turn?
  /// Whether nothing is left to do.
  private(set) var isOver = false
  /// Steps of the loop that are done, with the last look, which found nothing more to do.
  private(set) var rounds: [RestorationRound] = []
  /// What was asked for besides the result.
  private(set) var kept: [KeptPicture] = []
  /// Of the turn at hand so far.
  private var seconds = 0.0

  /// - Parameters:
  ///   - picture: the subject's, enlarged.
  ///   - multiple: that sides are padded to.
  init(
    _ subject: Subject, _ picture: Picture, task: AutoDIRTask, options: SystemOptions,
    multiple: Int
  ) {
    (seed, self.task, self.options) = (subject.seed, task, options)
    degradations = subject.degradations
    image = PaddedImage(picture, multiple: multiple)
  }

  /// What the picture is to be looked at for; nil where a text is followed.
  var lookedFor: [Degradation]? {
    switch task {
    case .prompted: nil
    case .chosen: Degradation.allCases
    case .automatic: candidates
    }
  }

  /// Decides what to do next.
  /// - Parameters:
  ///   - found: what is wrong; nil where a text is followed.
  ///   - texts: what the U-Net is told.
  ///   - seconds: that it took to find out.
  mutating func decide(
    _ found: QualityAssessment.Result?, _ texts: TextStates, took seconds: Double
  ) throws {
    self.seconds = seconds
    let done = rounds.count
    switch (task, found) {
    case (.prompted(let prompts), _):
      turn = Turn(
        label: prompts[done], probabilities: [], condition: try texts.state(of: prompts[done]),
        weight: options.structureWeight.value(after: nil))
    case (.chosen(let degradations), let found?):
      let wanted = degradations[done]
      let place = Degradation.allCases.firstIndex(of: wanted)!
      turn = turn(wanted, found, condition: try texts.encodedLabels().states[place])
    case (.automatic, let found?):
      let next = degradations.map { done < $0.count ? $0[done] : .nothing } ?? found.likeliest
      // Each degradation is removed once at most.
      candidates.removeAll { $0 == next }
      turn = turn(next, found, condition: found.condition)
    case (.chosen, nil), (.automatic, nil):
      throw LimpidError(.failed, "the picture was not looked at")
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
}

extension AutoDIRPicture {
  /// Ends the turn at hand.
  /// - Parameters:
  ///   - change: the image as the diffusion made it anew, and with all of the structure correction
  ///     where that was asked for, (1, 3, H, W) each; nil for no change.
  ///   - seconds: that the change took.
  mutating func finish(
    _ change: (diffused: HostTensor, corrected: HostTensor?)?, took seconds: Double = 0
  ) {
    guard let turn else { return }
    if let change, let weight = turn.weight {
      if options.colourFix != .none { before = image.picture(truncating: false) }
      if options.keepsBoth {
        keep(change.diffused, "diffused")
        keep(change.corrected ?? change.diffused, "corrected")
      }
      image.values = StructureCorrection.weighed(change.diffused, change.corrected, weight)
    }
    self.seconds += seconds
    let report = RestorationRound.Report(
      number: rounds.count + 1, label: turn.label,
      probabilities: turn.probabilities.map {
        .init(label: $0.degradation.rawValue, value: $0.value)
      },
      isChange: turn.weight != nil, structureWeight: turn.weight, seconds: self.seconds)
    let isKept = options.keepsSteps && turn.weight != nil
    rounds.append(RestorationRound(report: report, picture: isKept ? shown(image) : nil))
    isOver = turn.weight == nil || rounds.count == task.mostRounds
    self.turn = nil
  }

  private mutating func keep(_ values: HostTensor, _ name: String) {
    var other = image
    other.values = values
    kept.append(
      KeptPicture("step_\(rounds.count + 1)_\(name)", shown(other), isState: true))
  }

  /// What has become of the picture.
  var result: Picture { shown(image) }

  /// How much of the most that may be to do is done.
  var share: Double { isOver ? 1 : Double(rounds.count) / Double(task.mostRounds) }

  /// The picture that an image is, with the colours that it is to have.
  private func shown(_ image: PaddedImage) -> Picture {
    let picture = image.picture(truncating: false)
    let fixed = before.map { options.colourFix.applied(to: picture, as: $0) } ?? picture
    return options.truncates ? fixed.truncated : fixed
  }
}
