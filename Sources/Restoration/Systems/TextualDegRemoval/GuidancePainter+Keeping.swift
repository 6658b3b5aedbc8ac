import Generation
import Networks
import Pictures
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

  /// What a guidance image takes: bytes of its networks, which lie beside each other on the
  /// device, operations, and its side in pixels.
  func need() throws -> (bytes: Int, flops: Double, side: Int) {
    let branches = settings.guidanceScale == 1 ? 1 : 2
    let text = try texts.need(words: description.count)
    let step = try denoising.need(batch: branches, height: latentSide, width: latentSide)
    let once =
      try description.needs() + [autoencoder.decodingNeed(height: latentSide, width: latentSide)]
    return (
      once.reduce(text.bytes + step.bytes) { $0 + $1.bytes },
      once.reduce(step.flops * Double(settings.steps) + text.flops * Double(branches)) {
        $0 + $1.flops
      },
      latentSide * autoencoder.pixelsPerLatent
    )
  }
}
