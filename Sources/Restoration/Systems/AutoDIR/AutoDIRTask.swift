/// What AutoDIR is to do about a picture.
enum AutoDIRTask {
  /// Whatever is found to be wrong, the worst first, until nothing is; at most so many turns.
  case automatic(Int)
  /// These, in this order.
  case chosen([Degradation])
  /// One turn for each text that is followed.
  case prompted([String])

  /// - Parameter texts: beside the picture; followed where options say nothing else.
  init(_ options: SystemOptions, beside texts: [String] = []) {
    let given = options.texts[.prompt]
    let prompts = given.isEmpty ? texts : given
    if let degradations = options.degradations {
      self = .chosen(degradations)
    } else if !prompts.isEmpty {
      self = .prompted(prompts)
    } else {
      self = .automatic(min(options.mostRounds, Degradation.allCases.count - 1))
    }
  }

  /// Turns at the most.
  var mostRounds: Int {
    switch self {
    case .automatic(let count): count
    case .chosen(let degradations): degradations.count
    case .prompted(let texts): texts.count
    }
  }
}

extension AutoDIRTask {
  /// As it is recorded.
  var settings: [Setting] {
    switch self {
    case .automatic(let count):
      [Setting("degradations", "automatic"), Setting("loop-steps", count)]
    case .chosen(let chosen):
      [Setting("degradations", chosen.map(\.rawValue).joined(separator: ","))]
    case .prompted(let texts): texts.map { Setting("prompt", "'\($0)'") }
    }
  }
}
