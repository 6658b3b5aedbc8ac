import Pictures

/// How AutoDIR's networks see a picture: whole, or each in tiles of its own.
struct AutoDIRTiles: Sendable {
  /// What a network is given at once: all of it, or tiles where a side is longer than 768 pixels,
  /// the official code's own size.
  private let latents: EvenTiling?
  /// What was asked for.
  private let coding: TileChoice
  /// Rows and columns of the enlarged picture, in pixels.
  let height: Int
  let width: Int
  /// Pixels of one element of a latent.
  private let step: Int

  /// The structure correction sees the picture in its full resolution, up to 2048 pixels of a side
  /// at once.
  private static let correction = EvenTiling(side: 2048, overlap: 128)

  /// - Parameter coding: of the autoencoder.
  init(_ latents: EvenTiling?, coding: TileChoice, height: Int, width: Int, step: Int) {
    (self.latents, self.coding) = (latents, coding)
    self.height = height
    self.width = width
    self.step = step
  }

  /// What was asked for.
  /// - Throws: ``LimpidError`` when tiles are not square, or too small.
  static func choice(
    _ tiling: TileChoice, overlap: Int, step: Int
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

  /// The U-Net's; nil where it sees everything at once.
  var denoising: EvenTiling? { isCut ? latents : nil }

  /// The autoencoder's.
  var autoencoder: EvenTiling? {
    EvenTiling(autoencoder: coding, usual: isCut ? .autoencoder : nil, step: step)
  }

  /// The structure correction's, in pixels.
  var correction: Tiling? { isCut ? Self.correction.layout(height: height, width: width) : nil }

  /// What a network that takes latents sees at once, and how often.
  /// - Parameter tiling: of the latents.
  func parts(_ tiling: EvenTiling?) -> Parts {
    let (rows, columns) = (height / step, width / step)
    guard let layout = tiling?.layout(height: rows, width: columns) else {
      return (rows, columns, 1)
    }
    return (layout.tiles[0].height, layout.tiles[0].width, layout.tiles.count)
  }

  typealias Parts = (height: Int, width: Int, count: Int)

  /// What the structure correction sees at once, in pixels.
  var correctionParts: Parts {
    guard let correction else { return (height, width, 1) }
    return (correction.tiles[0].height, correction.tiles[0].width, correction.tiles.count)
  }

  /// Largest tile of the U-Net in pixels; nil for the whole picture.
  var size: (width: Int, height: Int)? {
    let tile = latents?.layout(height: height / step, width: width / step)?.tiles.first
    return tile.map { ($0.width * step, $0.height * step) }
  }

  private var isCut: Bool { size != nil }
}
