extension AutoencoderKL {
  /// The names of single-file checkpoints of Stable Diffusion, as the CompVis code writes them; it
  /// counts the decoder's levels from the finest.
  package var compVisDialect: KeyDialect {
    guard configuration.flaw == nil else {
      return KeyDialect(prefix: "first_stage_model.", modules: [])
    }
    let (levels, layers) = (configuration.blockOutChannels.count, configuration.layersPerBlock)
    var modules: [KeyDialect.Renaming] = []
    for level in 0..<levels {
      let (down, up) = ("encoder.down_blocks.\(level)", "decoder.up_blocks.\(levels - 1 - level)")
      modules += (0..<layers).flatMap {
        Self.block("\(down).resnets.\($0)", "encoder.down.\(level).block.\($0)")
      }
      modules += (0...layers).flatMap {
        Self.block("\(up).resnets.\($0)", "decoder.up.\(level).block.\($0)")
      }
      modules += [
        ("\(down).downsamplers.0.conv", "encoder.down.\(level).downsample.conv"),
        ("\(up).upsamplers.0.conv", "decoder.up.\(level).upsample.conv"),
      ]
    }
    var kernels: [String] = []
    for half in ["encoder", "decoder"] {
      modules.append(("\(half).conv_norm_out", "\(half).norm_out"))
      modules += Self.block("\(half).mid_block.resnets.0", "\(half).mid.block_1")
      modules += Self.block("\(half).mid_block.resnets.1", "\(half).mid.block_2")
      let attention = Self.attention(
        half, "\(half).mid.attn_1", ["norm", "q", "k", "v", "proj_out"])
      modules += attention
      kernels += attention.map(\.ours)
    }
    return KeyDialect(prefix: "first_stage_model.", modules: modules, kernels: kernels)
  }

  /// The names of folders that early versions of diffusers wrote.
  package var earlyDialect: KeyDialect {
    let names = ["group_norm", "query", "key", "value", "proj_attn"]
    return KeyDialect(
      prefix: "",
      modules: ["encoder", "decoder"].flatMap {
        Self.attention($0, "\($0).mid_block.attentions.0", names)
      })
  }

  private static func attention(
    _ half: String, _ theirs: String, _ names: [String]
  ) -> [KeyDialect.Renaming] {
    zip(["group_norm", "to_q", "to_k", "to_v", "to_out.0"], names).map {
      ("\(half).mid_block.attentions.0.\($0)", "\(theirs).\($1)")
    }
  }

  private static func block(_ ours: String, _ theirs: String) -> [KeyDialect.Renaming] {
    [(ours, theirs), ("\(ours).conv_shortcut", "\(theirs).nin_shortcut")]
  }
}
