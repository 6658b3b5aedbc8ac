extension OmniSR {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var scale: Int { configuration.scale }
  package var sizeMultiple: Int { configuration.window }
  /// Grids reach over the whole image.
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("num_in_ch", .integer(inputChannels)),
      Hyperparameter("num_feat", .integer(configuration.features)),
      Hyperparameter("res_num", .integer(configuration.groups)),
      Hyperparameter("block_num", .integer(configuration.blocks)),
      Hyperparameter("window_size", .integer(configuration.window)),
      Hyperparameter("squeezed", .integer(configuration.squeezed)),
      Hyperparameter("esa_channels", .integer(configuration.spatial)),
      Hyperparameter("up_scale", .integer(scale)),
      Hyperparameter("bias", .flag(configuration.hasBias)),
    ]
  }

  package static var specimens: [OmniSR] { [OmniSR(.init())] }

  /// What a profiler counted and left behind.
  package static func isBuffer(_ name: String) -> Bool {
    name.hasSuffix("total_ops") || name.hasSuffix("total_params")
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.features = try checkpoint.extent(0, of: "input.weight", rank: 4, as: "num_feat")
    found.channels = try checkpoint.extent(1, of: "input.weight", rank: 4, as: "num_in_ch")
    found.hasBias = checkpoint.has("input.bias", as: "bias")
    found.scale = try checkpoint.factor(
      of: "up.0.weight", channels: found.channels, as: "up_scale")
    found.groups = try checkpoint.count(of: "residual_layer", in: 1...100, as: "res_num")
    let group = "residual_layer.0"
    found.blocks =
      try checkpoint.count(of: "\(group).residual_layer", in: 2...100, as: "blocks and a layer") - 1
    let block = "\(group).residual_layer.0.layer"
    found.window = try checkpoint.window(
      of: "\(block).2.fn.rel_pos_bias.weight", as: "window_size")
    found.squeezed = try checkpoint.extent(
      0, of: "\(block).0.fn.4.gate.1.weight", rank: 2, as: "squeezed")
    found.spatial = try checkpoint.extent(
      0, of: "\(group).esa.conv1.weight", rank: 4, as: "esa_channels")
    guard found.features.isMultiple(of: Self.heads) else {
      throw checkpoint.refusal(
        "input.weight", "makes \(found.features) channels, which are not \(Self.heads) heads")
    }
    self.init(found)
  }
}
