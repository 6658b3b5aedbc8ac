import Execution
import Generation
import Networks
import Pictures
import Tensors

extension GuidancePainter {
  /// The guidance image of a picture, painted now or kept from an earlier time. What paints stays
  /// on the device where all of it fits there.
  /// - Parameters:
  ///   - progress: called after every step; what it throws ends the work.
  /// - Returns: the guidance image, and why it could not be kept.
  func picture(
    for picture: Picture, seed: UInt64, reporting progress: (StepProgress) throws -> Void
  ) throws -> (picture: Picture, warning: String?) {
    try cache.picture(of: causes(picture, seed)) {
      try paint(picture, seed: seed, reporting: progress)
    }
  }

  /// Everything that decides what is painted.
  private func causes(_ picture: Picture, _ seed: UInt64) -> [Setting] {
    [
      Setting("model", fingerprint), Setting("view", description.digest(of: picture)),
      Setting("seed", seed), Setting("rng", settings.random.rawValue),
      Setting("steps", settings.steps), Setting("guidance", settings.guidanceScale),
      Setting("side", side), Setting("template", settings.template),
      Setting("word", settings.word.map { "\($0)" } ?? "all"),
      Setting("arithmetic", engine.arithmetic),
    ]
  }

  /// What a guidance image takes; its networks lie beside each other on the device if they fit.
  func need() throws -> Need {
    let branches = settings.guidanceScale == 1 ? 1 : 2
    let parts = [
      try description.need(), try texts.need(words: wordCount).times(branches),
      try denoising.need(batch: branches, height: latentSide, width: latentSide)
        .times(settings.steps),
      try autoencoder.decodingNeed(height: latentSide, width: latentSide),
    ]
    return holdsParts ? .beside(parts) : .inTurn(parts)
  }

  /// Whether all networks stay on the device from picture to picture; where their parameters would
  /// take more than three quarters of its memory, each gives its part back when its turn is over.
  var holdsParts: Bool {
    let count =
      description.parameterCount + texts.parameterCount + denoising.parameterCount
      + autoencoder.parameterCount
    let bytes = count * engine.dtype.byteCount
    return engine.memoryForPlans.map { bytes / 3 * 4 <= $0 } ?? true
  }
}
