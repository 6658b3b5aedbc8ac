import Diffusion

/// How AutoDIR goes about a picture, besides its sampler.
extension OptionDeclarations {
  /// What is removed, in this order; nil for what is found.
  package var degradations: RestorationOption<[Degradation]?> {
    RestorationOption("degradations", default: nil)
  }

  /// Where nobody says what to do it ends after so many turns at the latest; the official code's
  /// seven are every degradation once.
  package var mostRounds: RestorationOption<Int> { RestorationOption("loop-steps", default: 7) }

  /// Crops along each side that are looked at for what is wrong; one is the middle.
  package var assessmentCrops: RestorationOption<Int> {
    RestorationOption("assessment-crops", default: 1)
  }

  /// Pixels that the shorter side of pictures is enlarged to where it has fewer; nil for none.
  package var leastSide: RestorationOption<Int?> {
    RestorationOption("need-resize", default: nil)
  }

  /// Whether what the diffusion made of a picture in each turn is kept, alone and with all of the
  /// structure correction.
  package var keepsBoth: RestorationOption<Bool> {
    RestorationOption("keep-both", default: false, decidesResults: false)
  }

  package var structureWeight: RestorationOption<StructureWeight> {
    RestorationOption("structure-weight", default: .paper)
  }

  /// With ``imageGuidance`` the weights of the two guidances of InstructPix2Pix; at 1 and 1 there
  /// is none, and the network is asked once a step.
  package var textGuidance: RestorationOption<Double> {
    RestorationOption("cfg-text", default: 1)
  }

  package var imageGuidance: RestorationOption<Double> {
    RestorationOption("cfg-image", default: 1)
  }

  /// Whether results are cut to the next lower 255th, as the official code does, not rounded.
  package var truncates: RestorationOption<Bool> { RestorationOption("truncate", default: false) }
}

extension SystemOptions {
  var guidance: Guidance { .textAndImage(text: self.textGuidance, image: self.imageGuidance) }
}

extension AutoDIRSystem {
  /// Texts to follow instead of what is found, unless it was said what to remove.
  package static func guides(_ options: SystemOptions) -> GuideNeeds {
    options.degradations == nil ? GuideNeeds(optionalTexts: [.prompt]) : GuideNeeds()
  }

  package static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption] {
    [
      all.tiling, all.overlap, all.autoencoderTiling, all.steps, all.keepsSteps,
      all.texts(.prompt), all.degradations, all.mostRounds, all.structureWeight,
      all.textGuidance, all.imageGuidance, all.truncates, all.upscale, all.leastSide,
      all.keepsBoth, all.colourFix, all.assessmentCrops,
    ] + all.noise
  }

  /// Steps of the sampler in the official code.
  static let usualSamplerSteps = 100

  package static func settings(_ options: SystemOptions) -> [Setting] {
    AutoDIRTask(options).settings + [
      Setting("structure-weight", options.structureWeight),
      Setting("steps", options.steps ?? usualSamplerSteps),
      Setting("cfg-text", options.textGuidance), Setting("cfg-image", options.imageGuidance),
    ] + options.noiseSettings + options.autoencoderSettings
      + (options.upscale > 1 ? [Setting("upscale", options.upscale)] : [])
      + (options.leastSide.map { [Setting("need-resize", $0)] } ?? [])
      + (options.colourFix == .none ? [] : [Setting("color-fix", options.colourFix.rawValue)])
      + (options.assessmentCrops > 1
        ? [Setting("assessment-crops", options.assessmentCrops)] : [])
      + (options.truncates ? [Setting("truncated", true)] : [])
  }
}
