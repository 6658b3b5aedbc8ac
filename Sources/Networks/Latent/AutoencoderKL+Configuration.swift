import JSON

extension AutoencoderKL: ConfiguredNetwork {
  package static let classNames = ["AutoencoderKL"]
  package var dialects: [KeyDialect] { [.own, earlyDialect] }

  /// - Throws: also for fields of diffusers that would make another network than this one.
  package init(configuring fields: inout ConfigurationReader) throws(ConfigurationError) {
    var found = Configuration()
    try fields.require("act_fn", .string("silu"))
    for (name, type) in [
      ("down_block_types", "DownEncoderBlock2D"), ("up_block_types", "UpDecoderBlock2D"),
    ] {
      guard case .array(let types)? = fields[name] else { continue }
      guard types.allSatisfy({ $0 == .string(type) }) else {
        throw .field(name, expected: "\(type) at every level")
      }
    }
    found.inChannels = try fields.whole("in_channels", default: 3)
    found.outChannels = try fields.whole("out_channels", default: 3)
    found.latentChannels = try fields.whole("latent_channels", default: 4)
    found.blockOutChannels = try fields.wholes("block_out_channels", default: [64])
    found.layersPerBlock = try fields.whole("layers_per_block", default: 1, in: 1...100)
    found.normNumGroups = try fields.whole("norm_num_groups", default: 32)
    found.useQuantConv = try fields.flag("use_quant_conv", default: true)
    found.usePostQuantConv = try fields.flag("use_post_quant_conv", default: true)
    found.midBlockAddAttention = try fields.flag("mid_block_add_attention", default: true)
    found.scalingFactor = Float(
      try fields.number("scaling_factor", default: 0.18215, in: 1e-6...1e6))
    found.shiftFactor = Float(try fields.number("shift_factor", default: 0, in: -1e6...1e6))
    found.forceUpcast = try fields.flag("force_upcast", default: true)
    self.init(found)
  }
}
