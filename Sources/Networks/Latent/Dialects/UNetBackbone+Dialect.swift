extension UNetBackbone {
  /// The modules of the contracting half, the middle and the embeddings in the CompVis code, which
  /// numbers the blocks of all levels through.
  var compVisModules: [KeyDialect.Renaming] {
    guard flaw == nil else { return [] }
    var modules: [KeyDialect.Renaming] = [
      ("time_embedding.linear_1", "time_embed.0"), ("time_embedding.linear_2", "time_embed.2"),
      ("add_embedding.linear_1", "label_emb.0.0"), ("add_embedding.linear_2", "label_emb.0.2"),
      ("conv_in", "input_blocks.0.0"), ("mid_block.attentions.0", "middle_block.1"),
    ]
    modules += Self.residual("mid_block.resnets.0", "middle_block.0")
    modules += Self.residual("mid_block.resnets.1", "middle_block.2")
    var number = 1
    for level in blockOutChannels.indices {
      let block = "down_blocks.\(level)"
      for layer in 0..<layersPerBlock {
        modules += Self.residual("\(block).resnets.\(layer)", "input_blocks.\(number).0")
        modules.append(("\(block).attentions.\(layer)", "input_blocks.\(number).1"))
        number += 1
      }
      modules.append(("\(block).downsamplers.0.conv", "input_blocks.\(number).0.op"))
      number += 1
    }
    return modules
  }

  /// The modules of a residual block.
  static func residual(_ ours: String, _ theirs: String) -> [KeyDialect.Renaming] {
    [
      ("norm1", "in_layers.0"), ("conv1", "in_layers.2"), ("time_emb_proj", "emb_layers.1"),
      ("norm2", "out_layers.0"), ("conv2", "out_layers.3"), ("conv_shortcut", "skip_connection"),
    ].map { ("\(ours).\($0)", "\(theirs).\($1)") }
  }
}

extension UNet2DConditionModel {
  /// The names of single-file checkpoints of Stable Diffusion, as the CompVis code writes them.
  package var compVisDialect: KeyDialect {
    let backbone = configuration.backbone
    var modules = backbone.compVisModules
    modules += [("conv_norm_out", "out.0"), ("conv_out", "out.2")]
    var number = 0
    for (step, type) in configuration.upBlockTypes.enumerated() where flaw == nil {
      let block = "up_blocks.\(step)"
      for layer in 0...backbone.layersPerBlock {
        let theirs = "output_blocks.\(number)"
        modules += UNetBackbone.residual("\(block).resnets.\(layer)", "\(theirs).0")
        modules.append(("\(block).attentions.\(layer)", "\(theirs).1"))
        number += 1
      }
      let place = type.hasCrossAttention ? 2 : 1
      modules.append(
        ("\(block).upsamplers.0.conv", "output_blocks.\(number - 1).\(place).conv"))
    }
    return KeyDialect(prefix: "model.diffusion_model.", modules: modules)
  }
}

extension ControlNetModel {
  /// The names of the checkpoints that ControlNet's authors publish.
  package var compVisDialect: KeyDialect {
    guard flaw == nil else { return KeyDialect(prefix: "control_model.", modules: []) }
    let blocks = 2 * (configuration.conditioningEmbeddingOutChannels.count - 1)
    var modules = configuration.backbone.compVisModules
    modules += [
      ("controlnet_cond_embedding.conv_in", "input_hint_block.0"),
      ("controlnet_cond_embedding.conv_out", "input_hint_block.\(2 * blocks + 2)"),
      ("controlnet_mid_block", "middle_block_out.0"),
    ]
    modules += (0..<blocks).map {
      ("controlnet_cond_embedding.blocks.\($0)", "input_hint_block.\(2 * $0 + 2)")
    }
    let levels = configuration.backbone.blockOutChannels.count
    modules += (0..<levels * (configuration.backbone.layersPerBlock + 1)).map {
      ("controlnet_down_blocks.\($0)", "zero_convs.\($0).0")
    }
    return KeyDialect(prefix: "control_model.", modules: modules)
  }
}
