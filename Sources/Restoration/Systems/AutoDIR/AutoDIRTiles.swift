import Generation
import Pictures

/// How AutoDIR's networks see a picture: whole, or each in tiles of its own.
struct AutoDIRTiles: Sendable {
  /// All of it, or tiles where a side is longer than 768 pixels, the official code's own size.
  let latents: LatentTiles
  /// The structure correction's, in pixels.
  let correction: Tiling?
  /// What the structure correction sees.
  let corrected: Tiles

  /// The structure correction sees the picture in its full resolution, up to 2048 pixels of a side
  /// at once.
  private static let correction = EvenTiling(side: 2048, overlap: 128)

  /// - Parameters:
  ///   - tiling: of the latents.
  ///   - coding: of the autoencoder; by itself only what the U-Net sees in tiles.
  ///   - width: of the enlarged picture, in pixels; likewise the height.
  ///   - step: pixels of one element of a latent.
  init(_ tiling: EvenTiling?, coding: TilingPolicy, width: Int, height: Int, step: Int) {
    let isCut = tiling?.layout(height: height / step, width: width / step) != nil
    latents = LatentTiles(
      denoising: tiling,
      autoencoder: EvenTiling(
        autoencoder: coding, usual: isCut ? .autoencoder : nil, step: step),
      width: width, height: height, pixelsPerLatent: step)
    correction = isCut ? Self.correction.layout(height: height, width: width) : nil
    corrected = Tiles(correction, width: width, height: height)
  }

  /// What was asked for.
  /// - Throws: ``LimpidError`` when tiles are not square, or too small.
  static func choice(
    _ tiling: TilingPolicy, overlap: Int, step: Int
  ) throws(LimpidError) -> EvenTiling? {
    switch tiling {
    case .never: return nil
    case .auto: return .denoising
    case .size(let width, let height):
      let side = width / step / 8 * 8
      guard width == height, side >= 8 else {
        throw LimpidError(
          .usage, "AutoDIR's tiles are squares of at least \(8 * step) pixels")
      }
      return EvenTiling(side: side, overlap: min(2 * overlap / step, side / 2))
    }
  }
}
