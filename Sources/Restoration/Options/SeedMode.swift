import Diffusion
import Paths

/// Where the random numbers of a run's pictures begin.
package enum SeedMode: String, CaseIterable, Codable, Sendable {
  /// Each picture's by the run's seed and its path: what else is restored, and in which order, does
  /// not matter, and no two begin alike.
  case path
  /// Every picture's at the run's seed, as programs have it that restore one picture.
  case fixed
}

extension OptionDeclarations {
  /// Of the run; ``seedMode`` says what it is to a picture.
  package var seed: RestorationOption<UInt64> {
    RestorationOption("seed", default: Restorer.defaultSeed)
  }

  package var seedMode: RestorationOption<SeedMode> {
    RestorationOption("seed-mode", default: .path)
  }

  /// Those about whose numbers noise has, and where they begin.
  var noise: [any DeclaredOption] { [random, seed, seedMode] }
}

extension SystemOptions {
  /// Where the random numbers of a picture begin.
  /// - Parameter path: relative, as the run has it.
  package func imageSeed(for path: Path) -> UInt64 {
    switch self.seedMode {
    case .path: RandomStream.imageSeed(self.seed, path: path.bytes)
    case .fixed: self.seed
    }
  }

  /// Whose numbers noise has and where they begin, as it is recorded.
  var noiseSettings: [Setting] {
    [Setting("rng", self.random.rawValue), Setting("seed", self.seed)]
      + (self.seedMode == .path ? [] : [Setting("seed-mode", self.seedMode.rawValue)])
  }
}
