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

  /// What a network sees at once of the latents of a picture, and how often.
  func parts(
    _ tiling: EvenTiling?, width: Int, height: Int
  ) -> (height: Int, width: Int, count: Int) {
    let size = latents(width: width, height: height)
    guard let tiles = tiling?.layout(height: size.height, width: size.width)?.tiles else {
      return (size.height, size.width, 1)
    }
    return (tiles[0].height, tiles[0].width, tiles.count)
  }

  /// The tiles that denoising goes over in a picture of this size; nil for all at once.
  func tiles(width: Int, height: Int) -> PictureTiles? {
    let parts = parts(denoising, width: width, height: height)
    guard parts.count > 1 else { return nil }
    return PictureTiles(
      width: parts.width * pixelsPerLatent, height: parts.height * pixelsPerLatent,
      count: parts.count)
  }
}
