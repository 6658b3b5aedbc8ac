import Pictures

/// How the networks of latent diffusion see a picture of one size: whole, or each in tiles of its
/// own.
package struct LatentTiles: Sendable {
  /// The U-Net's; nil where it sees everything at once.
  package let denoising: EvenTiling?
  /// The autoencoder's.
  package let autoencoder: EvenTiling?
  /// Rows of the latents; likewise the columns.
  private let height: Int
  private let width: Int
  private let pixelsPerLatent: Int

  /// - Parameters:
  ///   - width: of the picture, in pixels; likewise the height.
  ///   - pixelsPerLatent: side of the square of pixels that one element of a latent stands for.
  package init(
    denoising: EvenTiling?, autoencoder: EvenTiling?, width: Int, height: Int,
    pixelsPerLatent: Int
  ) {
    (self.denoising, self.autoencoder) = (denoising, autoencoder)
    self.height = (height + pixelsPerLatent - 1) / pixelsPerLatent
    self.width = (width + pixelsPerLatent - 1) / pixelsPerLatent
    self.pixelsPerLatent = pixelsPerLatent
  }

  /// What the U-Net sees of the latents.
  package var denoised: Tiles { tiles(denoising) }

  /// What the autoencoder sees of them, or makes.
  package var coded: Tiles { tiles(autoencoder) }

  /// The U-Net's tiles in pixels; nil for the whole picture.
  package var pixels: Tiles? {
    denoised.count > 1 ? denoised.scaled(by: pixelsPerLatent) : nil
  }

  private func tiles(_ tiling: EvenTiling?) -> Tiles {
    Tiles(tiling?.layout(height: height, width: width), width: width, height: height)
  }
}
