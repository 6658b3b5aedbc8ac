import Networks
import Pictures

/// How MRIR cuts what is large: the latents within every step, and the autoencoder's pictures.
struct MRIRTilings: Sendable {
  /// nil: never.
  let denoising: EvenTiling?
  let autoencoder: EvenTiling?
  private let pixelsPerLatent: Int

  init(_ options: SystemOptions, pixelsPerLatent: Int) {
    self.pixelsPerLatent = pixelsPerLatent
    let usual: EvenTiling?
    switch options.tiling {
    case .never: (denoising, usual) = (nil, nil)
    case .auto: (denoising, usual) = (.denoising, .autoencoder)
    case .size(let width, let height):
      denoising = EvenTiling(
        pixels: min(width, height), overlap: 2 * options.overlap, step: pixelsPerLatent)
      usual = denoising
    }
    autoencoder = EvenTiling(
      autoencoder: options.autoencoderTiling, usual: usual, step: pixelsPerLatent)
  }

  /// Rows and columns of the latents of a picture.
  func latents(width: Int, height: Int) -> (height: Int, width: Int) {
    let side = pixelsPerLatent
    return ((height + side - 1) / side, (width + side - 1) / side)
  }

  /// The tiles that denoising goes over in a picture of this size, in pixels; nil for all at once.
  func tile(width: Int, height: Int) -> (width: Int, height: Int)? {
    let size = latents(width: width, height: height)
    return denoising?.layout(height: size.height, width: size.width).map {
      ($0.tiles[0].width * pixelsPerLatent, $0.tiles[0].height * pixelsPerLatent)
    }
  }
}
