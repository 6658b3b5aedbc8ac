extension LMDIRSystem {
  /// Steps of the reference's sampler in the paper.
  static let usualSteps = 30

  static func steps(_ options: SystemOptions) -> Int { options.steps ?? usualSteps }

  package static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption] {
    [
      all.tiling, all.overlap, all.steps, all.guidanceScale, all.keepsSteps,
      all.texts(.degradation), all.texts(.content),
    ] + all.noise + all.captions + all.references
  }

  package static func settings(_ options: SystemOptions) -> [Setting] {
    let painting =
      [Setting("steps", steps(options))] + options.noiseSettings
      + (options.guidanceScale.map { [Setting("guidance-scale", $0)] } ?? [])
      + (options.referenceSide.map { [Setting("reference-size", $0)] } ?? [])
    return options.guideSettings + (options.referenceImage == nil ? painting : [])
  }
}
