extension TextualDegRemovalSystem {
  /// How guidance images are painted.
  static func painting(_ options: SystemOptions) -> GuidancePainter.Settings {
    var settings = GuidancePainter.Settings()
    settings.steps = options.steps ?? settings.steps
    settings.guidanceScale = options.guidanceScale ?? settings.guidanceScale
    settings.random = options.random
    settings.side = options.referenceSide
    return settings
  }

  package static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption] {
    [all.tiling, all.overlap, all.steps, all.guidanceScale, all.random, all.seed] + all.references
  }

  package static func settings(_ options: SystemOptions) -> [Setting] {
    guard options.referenceImage == nil else { return options.guideSettings }
    let painting = painting(options)
    return options.guideSettings + [
      Setting("steps", painting.steps), Setting("guidance-scale", painting.guidanceScale),
      Setting("rng", painting.random.rawValue), Setting("seed", options.seed),
    ] + (painting.side.map { [Setting("reference-size", $0)] } ?? [])
  }
}
