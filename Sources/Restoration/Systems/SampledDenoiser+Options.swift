/// What samplers around other networks do not have.
extension OptionDeclarations {
  /// 0 for the deterministic sampler, 1 for the most noise.
  package var eta: RestorationOption<Double> { RestorationOption("eta", default: 0) }

  /// Side of overlapping square patches over which noise is estimated and averaged in every step,
  /// in pixels, smaller where the picture is; nil: the noise of the whole picture (or tile) is
  /// estimated at once.
  package var patchSide: RestorationOption<Int?> { RestorationOption("patch", default: nil) }

  /// Between the beginnings of patches, in pixels; nil for a quarter of their side.
  package var patchStride: RestorationOption<Int?> { RestorationOption("stride", default: nil) }
}

extension OptionDeclarations {
  /// Whether the transmission that Up-Restorer's finest prompt ends with is handed over beside
  /// results.
  package var writesTransmission: RestorationOption<Bool> {
    RestorationOption("keep-transmission", default: false, decidesResults: false)
  }
}

extension SampledDenoiser {
  package static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption] {
    [all.steps, all.eta, all.patchSide, all.patchStride, all.writesTransmission] + all.noise
  }

  package static func settings(_ options: SystemOptions) -> [Setting] {
    let patches = options.patches.map {
      [Setting("patch", $0.side), Setting("stride", $0.stride)]
    }
    let steps = options.steps.map { [Setting("steps", $0)] }
    return (steps ?? []) + [Setting("eta", options.eta)] + options.noiseSettings + (patches ?? [])
  }
}

extension SystemOptions {
  typealias Patches = (side: Int, stride: Int)

  /// The patches over which noise is estimated, in pixels.
  var patches: Patches? { self.patchSide.map { ($0, self.patchStride ?? max($0 / 4, 1)) } }
}
