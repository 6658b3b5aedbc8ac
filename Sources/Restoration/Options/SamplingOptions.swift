import Diffusion

/// How samplers go about their noise.
extension OptionDeclarations {
  /// nil: as the network's paper has it.
  package var steps: RestorationOption<Int?> { RestorationOption("steps", default: nil) }

  package var random: RestorationOption<RandomStream> {
    RestorationOption("rng", default: .philox)
  }

  /// Weight of the condition against none; nil: as the network's paper has it.
  package var guidanceScale: RestorationOption<Double?> {
    RestorationOption("guidance-scale", default: nil)
  }

  /// Whether the picture after each turn is kept, of systems that take several.
  package var keepsSteps: RestorationOption<Bool> {
    RestorationOption("keep-steps", default: false, decidesResults: false)
  }
}
