/// How maps that are larger than a network likes, such as latents, are cut into tiles that overlap.
///
/// The tiles of a map all have one size, the smallest multiple of 8 with which as few tiles as
/// possible cover it, so that they cost little more than their share.
package struct EvenTiling: Codable, Hashable, Sendable {
  /// Largest side of a tile, in elements of the map.
  package let side: Int
  /// That neighbouring tiles have in common at least, likewise; they are blended over so much at
  /// most.
  package let overlap: Int

  /// For autoencoders: the sizes that diffusers uses, 512 pixels of which 128 overlap.
  package static let autoencoder = EvenTiling(side: 64, overlap: 16)
  /// For U-Nets that were trained on 64 x 64.
  package static let denoising = EvenTiling(side: 96, overlap: 8)

  /// - Precondition: the side is at least 8, and the overlap at most half of it.
  package init(side: Int, overlap: Int) {
    precondition(side >= 8 && (0...side / 2).contains(overlap), "no tiles of these sizes")
    self.side = side
    self.overlap = overlap
  }

  /// For latents, in pixels of the pictures that they stand for; at least 8 latents.
  /// - Parameter step: pixels of one element of a latent.
  package init(pixels side: Int, overlap: Int, step: Int) {
    let side = max(side / step, 8)
    self.init(side: side, overlap: min(overlap / step, side / 2))
  }

  /// What was asked for, for an autoencoder: a quarter of a tile overlaps, as in diffusers.
  /// - Parameter usual: where nothing was asked for.
  package init?(
    autoencoder choice: TilingPolicy, usual: EvenTiling?, step: Int
  ) {
    switch choice {
    case .never: return nil
    case .size(let width, let height):
      self.init(pixels: min(width, height), overlap: min(width, height) / 4, step: step)
    case .auto:
      guard let usual else { return nil }
      self = usual
    }
  }

  /// The tiles of a map; nil where one holds all of it.
  package func layout(height: Int, width: Int) -> Tiling? {
    guard max(height, width) > side else { return nil }
    return Tiling(
      width: width, height: height, tile: (extent(width), extent(height)), overlap: overlap / 2,
      multiple: 1)
  }

  /// The side of the tiles that cover so many elements.
  private func extent(_ count: Int) -> Int {
    guard count > side else { return count }
    let stride = side - overlap
    let tiles = (count - overlap + stride - 1) / stride
    let least = (count + (tiles - 1) * overlap + tiles - 1) / tiles
    return min((least + 7) / 8 * 8, side)
  }
}
