import IR

extension AutoDIR {
  /// Whether a file holds networks that only AutoDIR has, even if it lacks others.
  package static func isMeant(by tensors: [Manifest.Entry]) -> Bool {
    tensors.contains { entry in
      [Part.Role.vision, .correction].contains { entry.path.hasPrefix($0.prefix) }
    }
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var parts: [Part] = []
    try Self.checkPresence(of: Part.Role.allCases, in: checkpoint.checkpoint)
    for role in Part.Role.allCases {
      var reader = CheckpointReader(
        CheckpointIndex(part: role.prefix, of: checkpoint.checkpoint), architecture: Self.name)
      do throws(Refusal) {
        parts.append(try Part(role, recognizing: &reader))
      } catch {
        throw checkpoint.refusal(role.prefix + error.key, error.reason + ": the \(role) is not it")
      }
      checkpoint.take(reader.findings, of: role.rawValue)
    }
    try self.init(parts, checkpoint)
  }

  /// Refuses a checkpoint by the first part that it lacks.
  private static func checkPresence(
    of roles: [Part.Role], in checkpoint: CheckpointIndex
  ) throws(Refusal) {
    let counts = roles.map { role in
      checkpoint.tensors.count { $0.path.hasPrefix(role.probe) }
    }
    func refusal(_ key: String, _ reason: String) -> Refusal {
      Refusal(
        architecture: name, key: key, reason: reason, others: [], agreeing: counts.reduce(0, +))
    }
    for (role, count) in zip(roles, counts) where count == 0 {
      throw refusal(role.probe + "*", "is missing: the \(role)")
    }
    guard checkpoint[logitScale] != nil else { throw refusal(logitScale, "is missing") }
  }

  /// Checks that the parts fit together.
  private init(_ parts: [Part], _ checkpoint: CheckpointReader) throws(Refusal) {
    let networks = parts.map(\.network)
    guard let unet = networks[0] as? UNet2DConditionModel,
      let autoencoder = networks[1] as? AutoencoderKL, let text = networks[2] as? CLIPTextModel,
      let vision = networks[3] as? CLIPVisionModel, let correction = networks[4] as? NAFNet
    else { throw checkpoint.refusal("", "is not in order") }
    let latents = autoencoder.configuration.latentChannels
    guard unet.inputChannels == 2 * latents, unet.outputChannels == latents else {
      throw checkpoint.refusal(
        Part.Role.unet.prefix + "input_blocks.0.0.weight",
        "takes \(unet.inputChannels) channels, not \(latents) twice as the autoencoder has them")
    }
    guard
      unet.configuration.backbone.crossAttentionDim == text.configuration.encoder.hiddenSize,
      vision.configuration.projectionDim == text.configuration.projectionDim
    else {
      throw checkpoint.refusal(
        Part.Role.text.prefix + "text_model", "is of other sizes than what reads it")
    }
    guard autoencoder.inputChannels == 3, autoencoder.outputChannels == 3,
      vision.configuration.numChannels == 3, correction.inputChannels == 6,
      correction.outputChannels == 3
    else {
      throw checkpoint.refusal(
        Part.Role.correction.prefix + "intro.weight", "is not between pictures of 3 channels")
    }
    let coarsest = unet.configuration.backbone.blockOutChannels.count - 1
    self.init(
      parts: parts, sizeMultiple: autoencoder.configuration.pixelsPerLatent << min(coarsest, 10))
  }
}

extension AutoDIR {
  package static var specimens: [AutoDIR] {
    let unet = StableDiffusionVersion.v1.unet(inChannels: 8)
    let autoencoder = AutoencoderKL(.init())
    var text = CLIPTextModel.Configuration()
    text.projectionDim = text.encoder.hiddenSize
    var vision = CLIPVisionModel.Configuration()
    vision.projectionDim = text.projectionDim
    let parts = [
      Part(role: .unet, network: unet, dialect: unet.compVisDialect),
      Part(role: .autoencoder, network: autoencoder, dialect: autoencoder.compVisDialect),
      Part(role: .text, network: CLIPTextModel(text)),
      Part(role: .vision, network: CLIPVisionModel(vision)),
      Part(role: .correction, network: NAFNet(.init())),
    ]
    return [AutoDIR(parts: parts, sizeMultiple: 64)]
  }
}

extension AutoDIR.Part {
  /// A part whose parameters have the network's own names.
  fileprivate init(role: Role, network: any Network) {
    self.init(role: role, network: network, dialect: KeyDialect(prefix: role.prefix))
  }

  fileprivate init(_ role: Role, recognizing reader: inout CheckpointReader) throws(Refusal) {
    switch role {
    case .unet:
      let network = try UNet2DConditionModel(recognizing: &reader)
      self.init(role: role, network: network, dialect: network.compVisDialect)
    case .autoencoder:
      let network = try AutoencoderKL(recognizing: &reader)
      self.init(role: role, network: network, dialect: network.compVisDialect)
    case .text:
      self.init(role: role, network: try CLIPTextModel(recognizing: &reader))
    case .vision:
      self.init(role: role, network: try CLIPVisionModel(recognizing: &reader))
    case .correction:
      self.init(role: role, network: try NAFNet(recognizing: &reader))
    }
  }
}

extension AutoDIR.Part.Role: CustomStringConvertible {
  package var description: String { rawValue }

  /// What stands before the names of the part's parameters.
  fileprivate var prefix: String {
    switch self {
    case .unet: "model.diffusion_model."
    case .autoencoder: "first_stage_model."
    case .text, .vision: "model_assessment.clipmodel."
    case .correction: "NAFNet."
    }
  }

  /// What only this part's names begin with.
  fileprivate var probe: String {
    switch self {
    case .text: prefix + "text_model."
    case .vision: prefix + "vision_model."
    default: prefix
    }
  }
}
