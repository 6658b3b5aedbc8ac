import Pictures

/// How pictures that are large are cut.
extension OptionDeclarations {
  package var tiling: RestorationOption<TilingPolicy> { RestorationOption("tile", default: .auto) }

  /// Context on each side of what a tile contributes, in pixels.
  package var overlap: RestorationOption<Int> { RestorationOption("tile-overlap", default: 32) }

  /// Tiles that autoencoders see, square; `.auto` as the system has it.
  package var autoencoderTiling: RestorationOption<TilingPolicy> {
    RestorationOption("vae-tile", default: .auto)
  }
}

extension SystemOptions {
  /// How an autoencoder sees pictures, as it is recorded.
  var autoencoderSettings: [Setting] {
    self.autoencoderTiling == .auto ? [] : [Setting("vae-tile", self.autoencoderTiling)]
  }
}
