extension AutoencoderKL: RecognizableArchitecture {
  package var bareDialect: KeyDialect { compVisDialect.bare }

  /// Infers the configuration from the names that the CompVis code gives, without their prefix.
  /// Groups and scale, which no shape tells, are those of Stable Diffusion 1 where they fit.
  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    let stem = "encoder.conv_in.weight"
    found.inChannels = try checkpoint.extent(1, of: stem, rank: 4, as: "in_channels")
    found.outChannels = try checkpoint.extent(
      0, of: "decoder.conv_out.weight", rank: 4, as: "out_channels")
    found.latentChannels = try checkpoint.extent(
      1, of: "decoder.conv_in.weight", rank: 4, as: "latent_channels")
    let levels = try checkpoint.count(of: "encoder.down", in: 1...10, as: "levels")
    found.blockOutChannels = []
    for level in 0..<levels {
      found.blockOutChannels.append(
        try checkpoint.extent(
          0, of: "encoder.down.\(level).block.0.conv1.weight", rank: 4,
          as: "block_out_channels[\(level)]"))
    }
    found.normNumGroups = found.normNumGroups.commonDivisor(found.blockOutChannels)
    found.layersPerBlock = try checkpoint.count(
      of: "encoder.down.0.block", in: 1...100, as: "layers_per_block")
    found.midBlockAddAttention = checkpoint.has(
      "encoder.mid.attn_1.norm.weight", as: "mid_block_add_attention")
    found.useQuantConv = checkpoint.has("quant_conv.weight", as: "use_quant_conv")
    found.usePostQuantConv = checkpoint.has("post_quant_conv.weight", as: "use_post_quant_conv")
    self.init(found)
  }
}
