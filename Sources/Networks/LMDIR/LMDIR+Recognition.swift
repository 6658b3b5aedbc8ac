extension LMDIR: RestormerFamily {
  package var hyperparameters: [Hyperparameter] {
    let reading = configuration.reading
    return [
      Hyperparameter("inp_channels", .integer(inputChannels)),
      Hyperparameter("out_channels", .integer(outputChannels)),
    ] + configuration.backbone.hyperparameters + [
      Hyperparameter("num_refinement_blocks", .integer(configuration.refinementBlocks)),
      Hyperparameter("text_width", .integer(configuration.textWidth)),
      Hyperparameter("num_queries", .integer(configuration.queries)),
      Hyperparameter("prompt_heads", .integer(configuration.promptHeads)),
      Hyperparameter("keeps_norms", .flag(reading.keepsNorms)),
      Hyperparameter("content_residual", .flag(reading.contentIsResidual)),
      Hyperparameter("content_scale", .number(Double(reading.contentScale))),
      Hyperparameter("lra_softmax", .text(reading.localSoftmax.rawValue)),
      Hyperparameter("scale_plus_one", .flag(reading.scalesAroundOne)),
      Hyperparameter("prompt_residuals", .flag(reading.promptHasResiduals)),
      Hyperparameter("prompt_projects", .flag(reading.promptProjects)),
    ]
  }

  /// What shapes do not tell keeps its default: the heads of the prompt encoder and the readings
  /// that have no parameters.
  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.queries = try checkpoint.extent(0, of: "prompt_encoder.query", rank: 2, as: "num_queries")
    found.textWidth = try checkpoint.extent(
      1, of: "prompt_encoder.query", rank: 2, as: "text_width")
    found.inputChannels = try checkpoint.extent(
      1, of: "patch_embed.proj.weight", rank: 4, as: "inp_channels")
    found.outputChannels = try checkpoint.extent(
      0, of: "output.weight", rank: 4, as: "out_channels")
    found.backbone = try RestormerBackbone(recognizing: &checkpoint)
    found.refinementBlocks = try checkpoint.count(of: "refinement", as: "num_refinement_blocks")
    found.reading.keepsNorms = checkpoint.has(
      "latent.0.norm_ref.body.weight", as: "keeps_norms")
    found.reading.promptHasResiduals = checkpoint.has(
      "prompt_encoder.norm1.weight", as: "prompt_residuals")
    found.reading.promptProjects = checkpoint.has(
      "prompt_encoder.proj_out.weight", as: "prompt_projects")
    // Plain Restormer blocks are left in the refinement alone when the others have no norms.
    if !found.reading.keepsNorms {
      found.backbone.style.centersNorm = checkpoint.has(
        "refinement.0.norm1.body.bias", as: "LayerNorm WithBias")
    }
    self.init(found)
  }
}
