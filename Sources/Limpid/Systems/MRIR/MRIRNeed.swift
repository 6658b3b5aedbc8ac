import IR
import Networks
import Tensors

/// What MRIR's networks take for a picture of one size.
struct MRIRNeed {
  /// Evaluations of U-Net and ControlNet in every step.
  let tiles: Int
  /// Evaluated for every tile in every step.
  private let inSteps: [Graph]
  /// With how often each is evaluated for the whole picture.
  private let once: [(graph: Graph, count: Int)]

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
    tiles = denoised.count
    inSteps = try networks.denoisers.map {
      try $0.graph(batch: branches, height: denoised.height, width: denoised.width)
    }
    let coder = try networks.autoencoder.network.graph(height: coded.height, width: coded.width)
    once =
      try networks.tellers.map { (try $0.graph(height: 1, width: 1), 1) } + [(coder, coded.count)]
  }

  /// Bytes of device memory with all networks beside each other; 0 for the reference.
  func bytes(on engine: Engine) throws -> Int {
    try (inSteps + once.map(\.graph)).reduce(0) { try $0 + engine.deviceBytes(of: $1) }
  }

  func flops(steps: Int) -> Double {
    let step = inSteps.reduce(0) { $0 + Double($1.flops) }
    return once.reduce(0) { $0 + Double($1.graph.flops) * Double($1.count) }
      + step * Double(steps * tiles)
  }
}
