import Generation
import Pictures

extension MRIRSystem {
  /// How a result of this size is cut, in pixels: the latents within every step, and the
  /// autoencoder's pictures.
  func latentTiles(width: Int, height: Int) -> LatentTiles {
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
      width: width, height: height, pixelsPerLatent: step)
  }

  package func tiles(width: Int, height: Int) throws(LimpidError) -> Tiles? {
    let scale = options.upscale
    return latentTiles(width: width * scale, height: height * scale).pixels
  }
}
