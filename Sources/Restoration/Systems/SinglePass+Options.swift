import Models
import Pictures

/// How large results of networks that enlarge are.
extension OptionDeclarations {
  /// Sides of the result in sides of the picture, at most what the network makes, which is shrunk
  /// by bicubic resampling; nil: what the network makes.
  package var scale: RestorationOption<Int?> { RestorationOption("scale", default: nil) }
}

extension SinglePass {
  package static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption] { [all.scale] }

  package static func settings(_ options: SystemOptions) -> [Setting] {
    options.scale.map { [Setting("scale", $0), Setting("resampling", "bicubic")] } ?? []
  }

  /// Refuses a scale that the network does not reach.
  static func checkScale(_ options: SystemOptions, of model: Model) throws(LimpidError) {
    let own = model.architecture.scale
    guard let scale = options.scale, !(1...own).contains(scale) else { return }
    throw LimpidError(
      .usage,
      "\(model.recognition.descriptor.architecture) "
        + (own == 1 ? "keeps the size of pictures" : "enlarges sides \(own) times")
        + ", not \(scale) times")
  }
}
