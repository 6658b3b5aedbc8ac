import Generation
import Pictures

extension MRIRSystem {
  /// How pictures of this size are cut: the latents within every step, and the autoencoder's
  /// pictures.
  func latentTiles(of size: MRIRSize) -> LatentTiles {
    let step = networks.autoencoder.pixelsPerLatent
    let (denoising, usual): (EvenTiling?, EvenTiling?)
    switch options.tiling {
    case .never: (denoising, usual) = (nil, nil)
    case .auto: (denoising, usual) = (.denoising, .autoencoder)
    case .size(let side, let other):
      denoising = EvenTiling(pixels: min(side, other), overlap: 2 * options.overlap, step: step)
      usual = denoising
    }
    return LatentTiles(
      denoising: denoising,
      autoencoder: EvenTiling(
        autoencoder: options.autoencoderTiling, usual: usual, step: step),
      width: size.work.width, height: size.work.height, pixelsPerLatent: step)
  }

  package func tiles(width: Int, height: Int) throws(LimpidError) -> Tiles? {
    latentTiles(of: MRIRSize(width, height, options)).pixels
  }
}
