/// How TextualDegRemoval words what it paints, as the public script calls it.
extension OptionDeclarations {
  /// The text that is painted, with `{}` for the words that describe a picture.
  package var template: RestorationOption<String> {
    RestorationOption("template", default: TextualDegRemovalSystem.usualTemplate)
  }

  /// The only one of the words that is used, from 0; nil for all of them.
  package var word: RestorationOption<Int?> { RestorationOption("token-index", default: nil) }
}

extension TextualDegRemovalSystem {
  static let usualTemplate = "a photo of a {}"

  /// How guidance images are painted.
  static func painting(_ options: SystemOptions) -> GuidancePainter.Options {
    var settings = GuidancePainter.Options()
    settings.steps = options.steps ?? settings.steps
    settings.guidanceScale = options.guidanceScale ?? settings.guidanceScale
    settings.random = options.random
    settings.side = options.referenceSide
    (settings.template, settings.word) = (options.template, options.word)
    return settings
  }

  package static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption] {
    [all.tiling, all.overlap, all.steps, all.guidanceScale, all.template, all.word] + all.noise
      + all.references + [all.rightView]
  }

  package static func settings(_ options: SystemOptions) -> [Setting] {
    guard options.referenceImage == nil else { return options.guideSettings }
    let painting = painting(options)
    return options.guideSettings + [
      Setting("steps", painting.steps), Setting("guidance-scale", painting.guidanceScale),
    ] + options.noiseSettings + (painting.side.map { [Setting("reference-size", $0)] } ?? [])
      + (painting.template == usualTemplate
        ? [] : [Setting("template", "'\(painting.template)'")])
      + (painting.word.map { [Setting("token-index", $0)] } ?? [])
  }
}
