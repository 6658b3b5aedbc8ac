extension UpRestorer: RestormerFamily, LocallyConvertible {
  package var hyperparameters: [Hyperparameter] {
    let prompts = configuration.prompts
    return [
      Hyperparameter("inp_channels", .integer(inputChannels)),
      Hyperparameter("out_channels", .integer(outputChannels)),
    ] + configuration.backbone.hyperparameters + [
      Hyperparameter("prompt_len", .integers(prompts.map(\.components))),
      Hyperparameter("prompt_size", .integers(prompts.map(\.side))),
      Hyperparameter("map_size", .integers(prompts.map(\.mapSide))),
    ] + configuration.queries.hyperparameters + configuration.upgrade.hyperparameters + [
      Hyperparameter("sampling_timesteps", .integer(samplingSteps))
    ]
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    for index in found.prompts.indices {
      found.prompts[index] = try Prompt(recognizing: &checkpoint, index: index)
    }
    found.inputChannels = try checkpoint.extent(
      1, of: "patch_embed.proj.weight", rank: 4, as: "inp_channels")
    found.outputChannels = try checkpoint.extent(
      0, of: "output.weight", rank: 4, as: "out_channels")
    guard found.outputChannels <= found.inputChannels else {
      throw checkpoint.refusal("output.weight", "has more channels than the input")
    }
    found.backbone = try RestormerBackbone(recognizing: &checkpoint, feedForward: .plain)
    found.queries = try Queries(recognizing: &checkpoint)
    self.init(found)
  }

  package func choosing(_ choice: Hyperparameter) -> Self? {
    var network = self
    if case ("sampling_timesteps", .integer(let steps)) = (choice.name, choice.value) {
      guard (1...1000).contains(steps) else { return nil }
      network.configuration.samplingSteps = steps
    } else {
      guard let upgrade = configuration.upgrade.choosing(choice) else { return nil }
      network.configuration.upgrade = upgrade
    }
    return network
  }
}

extension UpRestorer.Prompt {
  fileprivate init(recognizing checkpoint: inout CheckpointReader, index: Int) throws(Refusal) {
    let prompt = "prompt\(index + 1)"
    let key = prompt + ".prompt_param"
    self.init(
      components: try checkpoint.extent(1, of: key, rank: 5, as: "prompt_len[\(index)]"),
      side: try checkpoint.extent(3, of: key, rank: 5, as: "prompt_size[\(index)]"),
      mapSide: try checkpoint.extent(2, of: prompt + ".M", rank: 4, as: "map_size[\(index)]"))
  }
}

extension UpRestorer.Queries {
  fileprivate init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    if checkpoint.has("query1.components", as: "query generators") {
      self = .generated(
        components: try checkpoint.extent(0, of: "query1.components", rank: 2, as: "query_len"))
    } else {
      self =
        checkpoint.has("latent.0.attn.query", as: "query of each block") ? .perBlock : .none
    }
  }

  fileprivate var hyperparameters: [Hyperparameter] {
    switch self {
    case .none: [Hyperparameter("query", .text("none"))]
    case .perBlock: [Hyperparameter("query", .text("per_block"))]
    case .generated(let components):
      [
        Hyperparameter("query", .text("generator")),
        Hyperparameter("query_len", .integer(components)),
      ]
    }
  }
}

/// Choices that no checkpoint tells.
extension UpRestorer.Upgrade {
  fileprivate var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("sigma", .number(sigma)),
      Hyperparameter("rho", .number(rho)),
      Hyperparameter("score_sign", .number(scoreSign)),
      Hyperparameter("x_t", .text(observesEncoder ? "encoder" : "features")),
      Hyperparameter("prompt_residual", .flag(isResidual)),
    ]
  }

  fileprivate func choosing(_ choice: Hyperparameter) -> Self? {
    var upgrade = self
    switch (choice.name, choice.value) {
    case ("sigma", .number(let sigma)) where sigma.isFinite && sigma > 1e-6:
      upgrade.sigma = sigma
    case ("rho", .number(let rho)) where rho.isFinite: upgrade.rho = rho
    case ("score_sign", .number(let sign)) where abs(sign) == 1: upgrade.scoreSign = sign
    case ("x_t", .text("encoder")): upgrade.observesEncoder = true
    case ("x_t", .text("features")): upgrade.observesEncoder = false
    case ("prompt_residual", .flag(let isResidual)): upgrade.isResidual = isResidual
    default: return nil
    }
    return upgrade
  }
}
