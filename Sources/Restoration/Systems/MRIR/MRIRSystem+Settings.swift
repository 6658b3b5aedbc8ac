extension MRIRSystem {
  /// Steps of the sampler in the paper.
  static let usualSteps = 50
  /// SeeSR's, whose sampler is the same.
  static let usualGuidance = 5.5

  package static func settings(_ options: SystemOptions) -> [Setting] {
    let (sampling, own) = (options.sampling, options.mrir)
    let choices = [
      Setting("upscale", own.upscale), Setting("steps", sampling.steps ?? usualSteps),
      Setting("guidance-scale", sampling.guidanceScale ?? usualGuidance),
      Setting("controlnet-conditioning-scale", own.controlScale),
      Setting("quality-prompt", "'\(own.qualityPrompt)'"),
      Setting("negative-prompt", "'\(own.negativePrompt)'"),
      Setting("start", own.start.rawValue), Setting("color-fix", own.colourFix.rawValue),
      Setting("rng", sampling.random.rawValue), Setting("seed", sampling.seed),
    ]
    return choices + options.autoencoderSettings
      + (own.seesImage ? [] : [Setting("image-context", "none")]) + options.guides.settings
  }
}
