extension LMDIRSystem {
  /// Steps of the reference's sampler in the paper.
  static let usualSteps = 30

  static func steps(_ options: SystemOptions) -> Int { options.steps ?? usualSteps }

  package static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption] {
    [
      all.tiling, all.overlap, all.steps, all.guidanceScale, all.random, all.seed, all.keepsSteps,
      all.texts(.degradation), all.texts(.content),
    ] + all.captions + all.references
  }

  package static func settings(_ options: SystemOptions) -> [Setting] {
    let painting =
      [
        Setting("steps", steps(options)), Setting("rng", options.random.rawValue),
        Setting("seed", options.seed),
      ] + (options.guidanceScale.map { [Setting("guidance-scale", $0)] } ?? [])
      + (options.referenceSide.map { [Setting("reference-size", $0)] } ?? [])
    return options.guideSettings + (options.referenceImage == nil ? painting : [])
  }
}
