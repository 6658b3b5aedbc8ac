import Execution
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
      Setting("side", side),
      Setting("arithmetic", engine.arithmetic),
    ]
  }

  /// What a guidance image takes; its networks lie beside each other on the device.
  func need() throws -> Need {
    let branches = settings.guidanceScale == 1 ? 1 : 2
    return .beside([
      try description.need(), try texts.need(words: description.count).times(branches),
      try denoising.need(batch: branches, height: latentSide, width: latentSide)
        .times(settings.steps),
      try autoencoder.decodingNeed(height: latentSide, width: latentSide),
    ])
  }
}
