extension AutoDIRSystem {
  /// A text to follow instead of what is found, unless it was said what to remove.
  package static func guides(_ options: SystemOptions) -> GuideNeeds {
    if case .chosen = options.autoDIR.task { return GuideNeeds() }
    return GuideNeeds(optionalTexts: [.prompt])
  }

  package static var tilesAutoencoder: Bool { true }

  /// Steps of the sampler in the official code.
  static let usualSamplerSteps = 100

  package static func settings(_ options: SystemOptions) -> [Setting] {
    let (sampling, own) = (options.sampling, options.autoDIR)
    return own.task.settings(atMost: own.mostSteps) + [
      Setting("structure-weight", own.structureWeight),
      Setting("steps", sampling.steps ?? usualSamplerSteps),
      Setting("cfg-text", own.textGuidance), Setting("cfg-image", own.imageGuidance),
      Setting("rng", sampling.random.rawValue), Setting("seed", sampling.seed),
    ] + options.autoencoderSettings + (own.truncates ? [Setting("truncated", true)] : [])
  }
}

extension AutoDIROptions {
  /// Steps of the loop at the most.
  var mostRounds: Int {
    switch task {
    case .automatic: min(mostSteps, Degradation.allCases.count - 1)
    case .chosen(let degradations): degradations.count
    case .prompted: 1
    }
  }
}

extension AutoDIROptions.Task {
  fileprivate func settings(atMost count: Int) -> [Setting] {
    switch self {
    case .automatic: [Setting("degradations", "automatic"), Setting("loop-steps", count)]
    case .chosen(let chosen):
      [Setting("degradations", chosen.map(\.rawValue).joined(separator: ","))]
    case .prompted(let text): [Setting("prompt", "'\(text)'")]
    }
  }
}

extension AutoDIROptions.StructureWeight: CustomStringConvertible {
  /// As on the command line.
  package var description: String {
    switch self {
    case .paper: "paper"
    case .code: "code"
    case .fixed(let weight): "\(weight)"
    }
  }
}
