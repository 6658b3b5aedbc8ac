import Tensors

extension AutoencoderKL {
  package var inputChannels: Int { configuration.inChannels }
  package var outputChannels: Int { configuration.outChannels }
  package var sizeMultiple: Int { 1 }
  /// Group normalization and attention read the whole map.
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("in_channels", .integer(inputChannels)),
      Hyperparameter("out_channels", .integer(outputChannels)),
      Hyperparameter("latent_channels", .integer(configuration.latentChannels)),
      Hyperparameter("block_out_channels", .integers(configuration.blockOutChannels)),
      Hyperparameter("layers_per_block", .integer(configuration.layersPerBlock)),
      Hyperparameter("norm_num_groups", .integer(configuration.normNumGroups)),
      Hyperparameter("use_quant_conv", .flag(configuration.useQuantConv)),
      Hyperparameter("use_post_quant_conv", .flag(configuration.usePostQuantConv)),
      Hyperparameter("mid_block_add_attention", .flag(configuration.midBlockAddAttention)),
      Hyperparameter("scaling_factor", .number(Double(configuration.scalingFactor))),
      Hyperparameter("shift_factor", .number(Double(configuration.shiftFactor))),
      Hyperparameter("force_upcast", .flag(configuration.forceUpcast)),
    ]
  }

  /// Both halves of the network, for latents of one size and images of the size they stand for.
  package func operands(batch: Int, height: Int, width: Int) -> [String: Shape] {
    [
      "image": [
        batch, inputChannels, configuration.pixelsPerLatent * height,
        configuration.pixelsPerLatent * width,
      ],
      "latent": [batch, configuration.latentChannels, height, width],
    ]
  }
}

extension AutoencoderKL.Configuration {
  /// Side of the square of pixels that one element of a latent stands for.
  package var pixelsPerLatent: Int { 1 << (blockOutChannels.count - 1).clamped(to: 0...10) }

  /// What is wrong with the numbers, which may come out of a file; nil when a network can be
  /// written for them. Sums and small multiples of them do not overflow then.
  var flaw: String? {
    guard (1...10).contains(blockOutChannels.count) else {
      return "block_out_channels has \(blockOutChannels.count) levels"
    }
    guard (1...100).contains(layersPerBlock) else { return "layers_per_block is \(layersPerBlock)" }
    let extents = blockOutChannels + [inChannels, outChannels, latentChannels, normNumGroups]
    let range = 1...CheckpointReader.largestExtent
    return extents.first { !range.contains($0) }.map { "\($0) is not a size that a network has" }
  }
}
