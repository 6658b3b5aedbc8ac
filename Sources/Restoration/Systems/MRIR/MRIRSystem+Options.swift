import Diffusion
import Pictures

/// How MRIR goes about a picture, besides its sampler and the picture's own text.
extension OptionDeclarations {
  /// Sides of the result in sides of the picture.
  package var upscale: RestorationOption<Int> { RestorationOption("upscale", default: 1) }

  /// Pixels that the shorter side of pictures has at least while they are processed; SeeSR's.
  package var processSide: RestorationOption<Int> {
    RestorationOption("process-size", default: 512)
  }

  /// Follows the picture's own text.
  package var qualityPrompt: RestorationOption<String> {
    RestorationOption("quality-prompt", default: "")
  }

  /// What the result shall not be like; SeeSR's.
  package var negativePrompt: RestorationOption<String> {
    RestorationOption("negative-prompt", default: "dotted, noise, blur, lowres, smooth")
  }

  /// Of the ControlNet's residuals.
  package var controlScale: RestorationOption<Double> {
    RestorationOption("controlnet-conditioning-scale", default: 1)
  }

  package var start: RestorationOption<SamplingStart> {
    RestorationOption("start", default: .image)
  }

  package var colourFix: RestorationOption<ColourFix> {
    RestorationOption("color-fix", default: .none)
  }

  /// Whether CLIP's view of the picture is told; zeros otherwise.
  package var seesImage: RestorationOption<Bool> {
    RestorationOption("image-context", default: true)
  }
}

extension MRIRSystem {
  /// The paper's, whatever the folder of the schedule names.
  static let sampler = SchedulerFile.Kind.ddpm
  /// Of its steps in the paper.
  static let usualSteps = 50
  /// SeeSR's, whose sampler is the same.
  static let usualGuidance = 5.5

  package static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption] {
    [
      all.tiling, all.overlap, all.autoencoderTiling, all.steps, all.guidanceScale,
      all.texts(.prompt), all.upscale, all.qualityPrompt, all.negativePrompt,
      all.controlScale, all.processSide, all.start, all.colourFix, all.seesImage,
    ] + all.noise + all.captions
  }

  package static func settings(_ options: SystemOptions) -> [Setting] {
    let choices = [
      Setting("upscale", options.upscale), Setting("process-size", options.processSide),
      Setting("sampler", sampler.shortName), Setting("steps", options.steps ?? usualSteps),
      Setting("guidance-scale", options.guidanceScale ?? usualGuidance),
      Setting("controlnet-conditioning-scale", options.controlScale),
      Setting("quality-prompt", "'\(options.qualityPrompt)'"),
      Setting("negative-prompt", "'\(options.negativePrompt)'"),
      Setting("start", options.start.rawValue), Setting("color-fix", options.colourFix.rawValue),
    ]
    return choices + options.noiseSettings + options.autoencoderSettings
      + (options.seesImage ? [] : [Setting("image-context", "none")]) + options.guideSettings
  }
}

/// What MRIR's sampler begins with.
package enum SamplingStart: String, CaseIterable, Codable, Sendable {
  /// The degraded picture's latent with the noise of the last training step (SeeSR's LRE, "latent
  /// representation embedding").
  case image
  case noise
}
