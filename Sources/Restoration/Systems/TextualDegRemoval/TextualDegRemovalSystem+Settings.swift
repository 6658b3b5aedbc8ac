extension TextualDegRemovalSystem {
  /// How guidance images are painted.
  static func painting(_ options: SystemOptions) -> GuidancePainter.Settings {
    var settings = GuidancePainter.Settings()
    settings.steps = options.sampling.steps ?? settings.steps
    settings.guidanceScale = options.sampling.guidanceScale ?? settings.guidanceScale
    settings.random = options.sampling.random
    settings.side = options.guides.referenceSide
    return settings
  }

  package static func settings(_ options: SystemOptions) -> [Setting] {
    guard options.guides.referenceImage == nil else { return options.guides.settings }
    let painting = painting(options)
    return options.guides.settings + [
      Setting("steps", painting.steps), Setting("guidance-scale", painting.guidanceScale),
      Setting("rng", painting.random.rawValue), Setting("seed", options.sampling.seed),
    ] + (painting.side.map { [Setting("reference-size", $0)] } ?? [])
  }
}
