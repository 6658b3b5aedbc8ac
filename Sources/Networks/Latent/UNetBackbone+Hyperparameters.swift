extension UNetBackbone {
  var hyperparameters: [Hyperparameter] {
    let addition = textTime.map { textTime in
      [
        Hyperparameter("addition_embed_type", .text("text_time")),
        Hyperparameter("addition_time_embed_dim", .integer(textTime.additionTimeEmbedDim)),
        Hyperparameter(
          "projection_class_embeddings_input_dim",
          .integer(textTime.projectionClassEmbeddingsInputDim)),
      ]
    }
    let image = imageAttention.map { image in
      [
        Hyperparameter("image_attention", .text(image.place.rawValue)),
        Hyperparameter("image_cross_attention_dim", .integer(image.crossAttentionDim)),
      ]
    }
    return [
      Hyperparameter("in_channels", .integer(inChannels)),
      Hyperparameter("block_out_channels", .integers(blockOutChannels)),
      Hyperparameter(
        "down_block_types", .text(downBlockTypes.map(\.rawValue).joined(separator: " "))),
      Hyperparameter("layers_per_block", .integer(layersPerBlock)),
      Hyperparameter("attention_head_dim", .integers(attentionHeadDim)),
      Hyperparameter("transformer_layers_per_block", .integers(transformerLayersPerBlock)),
      Hyperparameter("cross_attention_dim", .integer(crossAttentionDim)),
      Hyperparameter("use_linear_projection", .flag(useLinearProjection)),
      Hyperparameter("norm_num_groups", .integer(normNumGroups)),
      Hyperparameter("norm_eps", .number(Double(normEps))),
      Hyperparameter("flip_sin_to_cos", .flag(flipSinToCos)),
      Hyperparameter("freq_shift", .number(Double(freqShift))),
    ] + (addition ?? []) + (image ?? [])
  }
}
