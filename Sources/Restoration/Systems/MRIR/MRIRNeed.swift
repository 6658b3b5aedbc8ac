import Execution
import IR
import Networks
import Pictures
import Tensors

/// What MRIR's networks take for a picture of one size.
struct MRIRNeed {
  /// Evaluations of U-Net and ControlNet in every step.
  let tiles: Int
  /// Of U-Net and ControlNet for a tile.
  private let step: StageNeed
  /// Of what tells the U-Net something.
  private let tellers: [Graph]
  /// Of the autoencoder for a tile, one after the other.
  private let encoding: StageNeed
  private let decoding: StageNeed
  /// Of the autoencoder.
  private let codedTiles: Int

  /// - Parameters:
  ///   - width: of the result, in pixels; likewise the height.
  ///   - branches: conditionings that are seen at once.
  init(
    _ networks: MRIRNetworks, width: Int, height: Int, _ tilings: MRIRTilings, branches: Int
  ) throws {
    let size = tilings.latents(width: width, height: height)
    func largest(_ tiling: EvenTiling?) -> (height: Int, width: Int, count: Int) {
      guard let layout = tiling?.layout(height: size.height, width: size.width) else {
        return (size.height, size.width, 1)
      }
      return (layout.tiles[0].height, layout.tiles[0].width, layout.tiles.count)
    }
    let (denoised, coded) = (largest(tilings.denoising), largest(tilings.autoencoder))
    (tiles, codedTiles) = (denoised.count, coded.count)
    step = try networks.denoising.need(
      batch: branches, height: denoised.height, width: denoised.width)
    tellers = try networks.tellers.map { try $0.graph(height: 1, width: 1) }
    encoding = try networks.autoencoder.encodingNeed(height: coded.height, width: coded.width)
    decoding = try networks.autoencoder.decodingNeed(height: coded.height, width: coded.width)
  }

  /// Bytes of device memory with all networks beside each other; 0 for the reference.
  func bytes(on engine: Engine) throws -> Int {
    try tellers.reduce(step.bytes + max(encoding.bytes, decoding.bytes)) {
      try $0 + engine.deviceBytes(of: $1)
    }
  }

  func flops(steps: Int) -> Double {
    let coding = (encoding.flops + decoding.flops) * Double(codedTiles)
    return tellers.reduce(coding + step.flops * Double(steps * tiles)) { $0 + Double($1.flops) }
  }
}
