extension LMDIRSystem {
  /// Steps of the reference's sampler in the paper.
  static let usualSteps = 30

  static func steps(_ options: SystemOptions) -> Int { options.sampling.steps ?? usualSteps }

  package static func settings(_ options: SystemOptions) -> [Setting] {
    let sampling = options.sampling
    let painting =
      [
        Setting("steps", steps(options)), Setting("rng", sampling.random.rawValue),
        Setting("seed", sampling.seed),
      ] + (sampling.guidanceScale.map { [Setting("guidance-scale", $0)] } ?? [])
      + (options.guides.referenceSide.map { [Setting("reference-size", $0)] } ?? [])
    return options.guides.settings + (options.guides.referenceImage == nil ? painting : [])
  }
}
