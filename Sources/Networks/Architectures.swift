import IR

/// The networks that checkpoints are recognised as.
package enum Architectures {
  /// In order of preference.
  package static let all: [any RecognizableNetwork.Type] = [
    NAFNet.self, PromptIR.self, LMDIR.self, Restormer.self, UpRestorer.self, DFT.self,
    Guided<NAFNet>.self, Guided<PromptIR>.self, Guided<Restormer>.self, Guided<DRSformer>.self,
    Guided<SFNet>.self, SFNet.self, DRSformer.self, ImageToTextMapper.self, TextualRestoration.self,
    AutoDIR.self, RefineLayer.self,
  ]

  /// Finds the architecture that a checkpoint belongs to: of those that fit, the one that leaves
  /// the fewest tensors over.
  package static func recognize(
    _ checkpoint: CheckpointIndex
  ) throws(UnrecognizedCheckpoint) -> Recognition {
    var recognitions: [Recognition] = []
    var refusals: [Refusal] = []
    for architecture in all {
      do throws(Refusal) {
        recognitions.append(try architecture.recognize(checkpoint))
      } catch {
        refusals.append(error)
      }
    }
    guard let best = recognitions.min(by: { $0.unused.count < $1.unused.count }) else {
      throw UnrecognizedCheckpoint(refusals: refusals)
    }
    return best
  }
}
