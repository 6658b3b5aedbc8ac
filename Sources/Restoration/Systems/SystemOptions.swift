import Diffusion
import Networks
import Pictures

/// How a system goes about pictures.
package struct SystemOptions: Codable, Hashable, Sendable {
  package var tiling = TileChoice.auto
  /// Context on each side of what a tile contributes, in pixels.
  package var overlap = 32
  /// Statistics over windows of networks that take them over the whole picture; nil leaves them.
  package var localStatistics: LocalStatistics?
  /// Tiles that autoencoders see, square; `.auto` as the system has it.
  package var autoencoderTiling = TileChoice.auto
  package var batching = BatchChoice.auto
  /// Whether a picture is restored in its eight orientations, and the mean is taken.
  package var isEnsemble = false
  package var sampling = SamplingOptions()
  package var guides = GuideOptions()
  /// Whether the picture after each turn is kept, of systems that take several.
  package var keepsSteps = false
  package var autoDIR = AutoDIROptions()
  package var mrir = MRIROptions()

  package init() {}
}

extension SystemOptions {
  /// How an autoencoder sees pictures, as it is recorded.
  var autoencoderSettings: [Setting] {
    autoencoderTiling == .auto ? [] : [Setting("vae-tile", autoencoderTiling)]
  }

  /// How statistics are taken, as it is recorded.
  var localSettings: [Setting] {
    localStatistics.map {
      [Setting("tlc", $0.trainingSize), Setting("tlc-window", $0.windowSize)]
    } ?? []
  }
}

/// How a sampler goes about its noise.
package struct SamplingOptions: Codable, Hashable, Sendable {
  /// nil: as the network's paper has it.
  package var steps: Int?
  /// 0 for the deterministic sampler, 1 for the most noise.
  package var eta = 0.0
  package var random = RandomStream.philox
  /// Weight of the condition against none; nil: as the network's paper has it.
  package var guidanceScale: Double?
  /// Of the run; with a picture's path it makes the picture's own.
  package var seed = Restorer.defaultSeed
  /// nil: the noise of the whole picture (or tile) is estimated at once.
  package var patches: PatchChoice?

  package init() {}
}

/// Overlapping square patches over which noise is estimated and averaged, in every step.
package struct PatchChoice: Codable, Hashable, Sendable {
  /// In pixels; smaller where the picture is.
  package let side: Int
  /// Between the beginnings of patches, in pixels.
  package let stride: Int

  /// - Precondition: the stride is positive and at most the side.
  package init(side: Int, stride: Int) {
    precondition(0 < stride && stride <= side, "no patches of these sizes")
    self.side = side
    self.stride = stride
  }
}
