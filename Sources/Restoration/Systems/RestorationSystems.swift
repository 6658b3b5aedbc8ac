import Models
import Networks
import Pictures

/// The systems that restore pictures.
package enum RestorationSystems {
  /// The first that serves a model restores with it.
  package static let systems: [any RestorationSystem.Type] = [
    TiledSystem<SampledDenoiser>.self, TiledSystem<SinglePass>.self, AutoDIRSystem.self,
    LMDIRSystem.self, TextualDegRemovalSystem.self, MRIRSystem.self,
  ]

  /// The options of all of them, by name.
  package static let options: [String: any DeclaredOption] = {
    let all = OptionDeclarations()
    let options = systems.flatMap { $0.accepted(all) } + Restorer.accepted(all, converting: true)
    return Dictionary(options.map { ($0.name, $0) }) { first, _ in first }
  }()

  /// The system for a model, unless options were given that it does not look at.
  /// - Throws: ``LimpidError``, which names them.
  package static func system(
    for model: Model, accepting options: SystemOptions
  ) throws(LimpidError) -> any RestorationSystem.Type {
    let system = try system(for: model)
    try check(options, system, of: model)
    return system
  }

  /// What was chosen for a model, with what its network says itself where nothing was.
  package static func completed(_ options: SystemOptions, for model: Model) -> SystemOptions {
    guard options.steps == nil, let network = model.architecture as? any DenoisingNetwork else {
      return options
    }
    var options = options
    options.steps = network.samplingSteps
    return options
  }

  /// Refuses options that were given and that a model's system does not look at.
  package static func check(
    _ options: SystemOptions, _ system: any RestorationSystem.Type, of model: Model
  ) throws(LimpidError) {
    let all = OptionDeclarations()
    let converts = model.architecture is any LocallyConvertible
    let accepted = system.accepted(all) + Restorer.accepted(all, converting: converts)
    let refused = options.given.subtracting(accepted.map(\.name))
    guard refused.isEmpty else {
      throw LimpidError(
        .usage,
        "\(model.recognition.descriptor.architecture) does not take every option that was given",
        remedy: .leaveOut(refused.sorted()))
    }
  }

  /// The system for a model.
  /// - Throws: ``LimpidError`` when no system restores pictures with it.
  package static func system(
    for model: Model
  ) throws(LimpidError) -> any RestorationSystem.Type {
    if let system = systems.first(where: { $0.serves(model) }) { return system }
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
