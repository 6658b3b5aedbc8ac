extension PromptIR: RestormerFamily, LocallyConvertible {
  package var hyperparameters: [Hyperparameter] {
    let prompts = configuration.prompts
    return [
      Hyperparameter("inp_channels", .integer(inputChannels)),
      Hyperparameter("out_channels", .integer(outputChannels)),
    ] + configuration.backbone.hyperparameters + [
      Hyperparameter("num_refinement_blocks", .integer(configuration.refinementBlocks)),
      Hyperparameter("prompt_len", .integers(prompts.map(\.components))),
      Hyperparameter("prompt_dim", .integers(prompts.map(\.channels))),
      Hyperparameter("prompt_size", .integers(prompts.map(\.side))),
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
    found.backbone = try RestormerBackbone(
      recognizing: &checkpoint, alsoFitting: ["noise_level1", "noise_level2", "noise_level3"])
    found.refinementBlocks = try checkpoint.count(of: "refinement", as: "num_refinement_blocks")
    self.init(found)
  }
}

extension PromptIR.Prompt {
  fileprivate init(recognizing checkpoint: inout CheckpointReader, index: Int) throws(Refusal) {
    let key = "prompt\(index + 1).prompt_param"
    self.init(
      components: try checkpoint.extent(1, of: key, rank: 5, as: "prompt_len[\(index)]"),
      channels: try checkpoint.extent(2, of: key, rank: 5, as: "prompt_dim[\(index)]"),
      side: try checkpoint.extent(3, of: key, rank: 5, as: "prompt_size[\(index)]"))
  }
}
