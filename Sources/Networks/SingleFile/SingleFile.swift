import IR
import Tensors

/// A checkpoint of Stable Diffusion with all networks in one file, as the CompVis code writes it.
package enum SingleFile {
  /// A network in the file, under the name that diffusers gives its folder.
  package enum Component: String, CaseIterable, Sendable {
    case unet
    case vae
    case textEncoder = "text_encoder"
    case textEncoder2 = "text_encoder_2"
    case controlNet = "controlnet"
    /// Only AutoDIR has these two.
    case imageEncoder = "image_encoder"
    case structureCorrection = "structure_correction"
  }

  private static let unetPrefix = "model.diffusion_model."
  private static let controlNetPrefix = "control_model."
  private static let autoencoderPrefix = "first_stage_model."
  private static let prefixes = [
    unetPrefix, controlNetPrefix, autoencoderPrefix, "cond_stage_model.", "conditioner.",
  ]

  /// Whether this is such a file, of several networks; which one is meant has to be said then.
  package static func holdsComponents(_ tensors: [Manifest.Entry]) -> Bool {
    prefixes.count { prefix in tensors.contains { $0.path.hasPrefix(prefix) } } > 1
  }

  /// One of the file's networks: as it was published where that fits, otherwise by its shapes.
  /// - Throws: ``Refusal`` when the file does not have it, or ``Fault``.
  package static func recognize(
    _ component: Component, _ tensors: [Manifest.Entry]
  ) throws -> Recognition {
    do {
      return try published(component, tensors)
    } catch let refusal as Refusal {
      guard let inferred = try? inferred(component, tensors) else { throw refusal }
      return inferred
    }
  }

  private static func inferred(
    _ component: Component, _ tensors: [Manifest.Entry]
  ) throws -> Recognition? {
    func part(_ prefix: String) -> CheckpointIndex {
      CheckpointIndex(tensors.filter { $0.path.hasPrefix(prefix) }.map { ($0.path, $0.shape) })
    }
    return switch component {
    case .unet: try UNet2DConditionModel.recognize(part(unetPrefix))
    case .controlNet: try ControlNetModel.recognize(part(controlNetPrefix))
    case .vae: try AutoencoderKL.recognize(part(autoencoderPrefix))
    case .textEncoder, .textEncoder2, .imageEncoder, .structureCorrection: nil
    }
  }

  private static func published(
    _ component: Component, _ tensors: [Manifest.Entry]
  ) throws -> Recognition {
    let isControl = component == .controlNet
    let (version, finding) = try version(
      of: tensors, prefix: isControl ? controlNetPrefix : unetPrefix)
    switch component {
    case .unet:
      let network = version.unet(inChannels: inputChannels(tensors))
      return try recognition(network, network.compVisDialect, tensors, finding)
    case .controlNet:
      let network = version.controlNet()
      return try recognition(network, network.compVisDialect, tensors, finding)
    case .vae:
      let network = version.autoencoder
      return try recognition(network, network.compVisDialect, tensors, finding)
    case .textEncoder, .textEncoder2:
      let number = component == .textEncoder ? 0 : 1
      let networks = version.textEncoders
      guard networks.indices.contains(number) else {
        throw refusal(
          CLIPTextModel.name, "Stable Diffusion \(version.rawValue)", "has one text encoder")
      }
      return try recognition(
        networks[number], dialect(of: networks[number], number: number, version), tensors, finding)
    case .imageEncoder, .structureCorrection:
      throw refusal("Stable Diffusion", component.rawValue, "is no part of it")
    }
  }

  private static func recognition(
    _ network: some ConfiguredNetwork, _ dialect: KeyDialect, _ tensors: [Manifest.Entry],
    _ finding: Finding
  ) throws -> Recognition {
    try network.recognition(
      of: tensors.filter { $0.path.hasPrefix(dialect.prefix) }, findings: [finding], in: [dialect])
  }

  /// The version, by the features of a token that the middle block attends to.
  private static func version(
    of tensors: [Manifest.Entry], prefix: String
  ) throws -> (StableDiffusionVersion, Finding) {
    let key = prefix + "middle_block.1.transformer_blocks.0.attn2.to_k.weight"
    guard let shape = tensors.first(where: { $0.path == key })?.shape, shape.rank == 2 else {
      throw refusal("Stable Diffusion", key, "is missing")
    }
    let versions = StableDiffusionVersion.allCases
    guard let version = versions.first(where: { $0.contextFeatures == shape[1] }) else {
      throw refusal("Stable Diffusion", key, "has shape \(shape)")
    }
    let finding = Finding(
      name: "version", value: .text(version.rawValue), source: "\(key) \(shape)")
    return (version, finding)
  }

  private static func inputChannels(_ tensors: [Manifest.Entry]) -> Int {
    let key = unetPrefix + "input_blocks.0.0.weight"
    guard let shape = tensors.first(where: { $0.path == key })?.shape, shape.rank == 4 else {
      return 4
    }
    return shape[1]
  }

  private static func dialect(
    of network: CLIPTextModel, number: Int, _ version: StableDiffusionVersion
  ) -> KeyDialect {
    switch (version, number) {
    case (.v1, _): KeyDialect(prefix: "cond_stage_model.transformer.")
    case (.v2, _): network.openCLIPDialect(prefix: "cond_stage_model.model.")
    case (.xl, 0): KeyDialect(prefix: "conditioner.embedders.0.transformer.")
    case (.xl, _): network.openCLIPDialect(prefix: "conditioner.embedders.1.model.")
    }
  }

  private static func refusal(_ architecture: String, _ key: String, _ reason: String) -> Refusal {
    Refusal(architecture: architecture, key: key, reason: reason, others: [], agreeing: 0)
  }
}
