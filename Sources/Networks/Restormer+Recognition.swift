extension Restormer: RestormerFamily, LocallyConvertible {
  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("inp_channels", .integer(inputChannels)),
      Hyperparameter("out_channels", .integer(outputChannels)),
    ] + configuration.backbone.hyperparameters + [
      Hyperparameter("num_refinement_blocks", .integer(configuration.refinementBlocks)),
      Hyperparameter("dual_pixel_task", .flag(configuration.isDualPixel)),
    ]
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.inputChannels = try checkpoint.extent(
      1, of: "patch_embed.proj.weight", rank: 4, as: "inp_channels")
    found.outputChannels = try checkpoint.extent(
      0, of: "output.weight", rank: 4, as: "out_channels")
    found.backbone = try RestormerBackbone(recognizing: &checkpoint)
    found.refinementBlocks = try checkpoint.count(of: "refinement", as: "num_refinement_blocks")
    found.isDualPixel = checkpoint.has("skip_conv.weight", as: "dual_pixel_task")
    self.init(found)
  }
}
