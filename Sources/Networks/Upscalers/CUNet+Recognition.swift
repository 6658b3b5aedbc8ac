extension CUNet {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var scale: Int {
    switch configuration.ending {
    case .plain: configuration.factor
    case .shuffled: 2 * configuration.factor
    case .folded: configuration.factor
    }
  }
  package var sizeMultiple: Int { (configuration.factor == 2 ? 2 : 4) * unshuffling }
  /// Gains of channels come from means of the whole image.
  package var hasGlobalOperators: Bool { configuration.hasSqueeze }

  /// The side of the squares of pixels that become channels at the beginning.
  var unshuffling: Int { configuration.ending == .folded ? 2 : 1 }

  /// Pixels that the convolutions take away on every side.
  var margin: Int {
    let nets = configuration.factor == 1 ? 28 : configuration.factor == 2 ? 18 : 14
    return (configuration.ending == .plain ? nets : nets + 1) * unshuffling
  }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("in_channels", .integer(inputChannels)),
      Hyperparameter("scale", .integer(scale)),
      Hyperparameter("features", .integer(configuration.features)),
      Hyperparameter("fast", .flag(configuration.ending == .folded)),
      Hyperparameter("se", .flag(configuration.hasSqueeze)),
      Hyperparameter("pro", .flag(configuration.isNarrowed)),
    ]
  }

  package static var specimens: [CUNet] {
    var large = Configuration()
    (large.ending, large.isNarrowed) = (.shuffled, true)
    return [CUNet(large)]
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    let first = "unet1.conv1.conv.0.weight"
    found.features = try checkpoint.extent(0, of: first, rank: 4, as: "features")
    let read = try checkpoint.extent(1, of: first, rank: 4, as: "channels of the first layer")
    found.channels = read
    switch try checkpoint.extent(2, of: "unet1.conv_bottom.weight", rank: 4, as: "enlargement") {
    case 3: found.factor = 1
    case 4: found.factor = 2
    case 5: found.factor = 3
    default:
      throw checkpoint.refusal("unet1.conv_bottom.weight", "is none of the kernels in use")
    }
    if checkpoint.holds("conv_final.weight") {
      let made = try checkpoint.extent(0, of: "conv_final.weight", rank: 4, as: "4 out_channels")
      guard made.isMultiple(of: 4), found.factor == 2, [made, made / 4].contains(read) else {
        throw checkpoint.refusal(
          "conv_final.weight", "makes \(made) channels of images of \(read)")
      }
      found.ending = made == read ? .folded : .shuffled
      found.channels = made / 4
    }
    found.hasSqueeze = checkpoint.has("unet1.conv2.seblock.conv1.weight", as: "se")
    guard !found.hasSqueeze || found.features.isMultiple(of: 4) else {
      throw checkpoint.refusal(first, "makes \(found.features) channels, too few for gains")
    }
    found.isNarrowed = checkpoint.has("pro", as: "pro")
    self.init(found)
  }
}
