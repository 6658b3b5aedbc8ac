import Models
import Networks
import Pictures

/// The systems that restore pictures.
package enum RestorationSystems {
  /// The first that serves a network restores with it.
  package static let all: [any RestorationSystem.Type] = [
    TiledSystem<SampledDenoiser>.self, TiledSystem<SinglePass>.self, AutoDIRSystem.self,
    LMDIRSystem.self, TextualDegRemovalSystem.self, MRIRSystem.self,
  ]

  /// The system for a model.
  /// - Throws: ``LimpidError`` when no system restores pictures with it.
  package static func system(
    for model: Model
  ) throws(LimpidError) -> any RestorationSystem.Type {
    if let system = all.first(where: { $0.serves(model.network) }) { return system }
    let network = model.recognition.descriptor
    guard network.inputChannels != 3 || network.outputChannels != 3 else {
      throw LimpidError(
        .badData,
        "\(model.name): \(network.architecture) is a part of a system and restores nothing alone")
    }
    throw LimpidError(
      .badData,
      "\(model.name): this \(network.architecture) takes \(network.inputChannels) channels and "
        + "gives \(network.outputChannels); pictures have 3")
  }
}
