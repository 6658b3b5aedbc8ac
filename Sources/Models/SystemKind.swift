import Networks

/// The system that a model is made for, as the `pipeline` of its bundle's description has it.
package enum SystemKind: String, Hashable, Sendable {
  /// A network by itself, evaluated once or by a sampler.
  case restorer = "Restorer"
  case autoDIR = "AutoDIR"
  case lmdir = "LMDIR"
  case mrir = "MRIR"
  case textualDegRemoval = "TextualDegRemoval"

  /// That of a checkpoint without a description: the one that has such weights.
  init(of architecture: any Architecture) {
    self =
      switch architecture {
      case is AutoDIR: .autoDIR
      case is LMDIR: .lmdir
      case is RefineLayer: .mrir
      case is any GuidedNetwork: .textualDegRemoval
      default: .restorer
      }
  }
}
