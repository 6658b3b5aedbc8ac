import Networks
import Tensors

extension GuidancePainter {
  /// The guidance image of a picture, painted now or kept from an earlier time. The device's memory
  /// is given back after each that is painted.
  /// - Parameters:
  ///   - makeRoom: called before anything is painted.
  ///   - progress: called after every step; what it throws ends the work.
  /// - Returns: the guidance image, and why it could not be kept.
  func picture(
    for picture: Picture, seed: UInt64, makingRoom makeRoom: () -> Void,
    reporting progress: (StepProgress) throws -> Void
  ) throws -> (picture: Picture, warning: String?) {
    try cache.picture(of: causes(picture, seed)) {
      makeRoom()
      defer { release() }
      return try paint(picture, seed: seed, reporting: progress)
    }
  }

  /// Everything that decides what is painted.
  private func causes(_ picture: Picture, _ seed: UInt64) -> [Setting] {
    [
      Setting("model", fingerprint), Setting("view", description.digest(of: picture)),
      Setting("seed", seed), Setting("rng", settings.random.rawValue),
      Setting("steps", settings.steps), Setting("guidance", settings.guidanceScale),
      Setting("side", latentSide * autoencoder.pixelsPerLatent),
      Setting("arithmetic", engine.arithmetic),
    ]
  }

  /// What a guidance image takes: bytes of parameters, operations, and its side in pixels.
  func need() throws -> (bytes: Int, flops: Double, side: Int) {
    let step = try denoising.network.graph(height: latentSide, width: latentSide).flops
    let decoding = try autoencoder.network.graph(height: latentSide, width: latentSide).flops
    let branches = settings.guidanceScale == 1 ? 1 : 2
    let parameters =
      try description.parameterCount + texts.parameterCount
      + denoising.network.descriptor.parameterCount + autoencoder.network.descriptor.parameterCount
    return (
      parameters * engine.precision.byteCount,
      Double(step) * Double(settings.steps * branches) + Double(decoding),
      latentSide * autoencoder.pixelsPerLatent
    )
  }
}
