import Execution
import Networks

extension TextToImage {
  /// Gives back the device's memory.
  package func release() {
    conditioner.release()
    denoising.release()
    autoencoder.release()
  }

  /// Whether all networks stay on the device from picture to picture; where they would take more
  /// than half of its memory, each gives its part back when its turn is over.
  package var holdsParts: Bool { engine.memoryForPlans.map { 2 * parameterBytes <= $0 } ?? true }

  /// Bytes of the parameters of all networks.
  package var parameterBytes: Int { parts.reduce(0, +) * engine.dtype.byteCount }

  /// Numbers in each network.
  private var parts: [Int] {
    conditioner.parameterCounts + [denoising.parameterCount, autoencoder.parameterCount]
  }

  /// What one picture takes.
  package func need(_ settings: Options) throws -> Need {
    let side = autoencoder.pixelsPerLatent
    let size = try size(settings, of: [])
    let (height, width) = (size.height / side, size.width / side)
    let branches = (settings.guidanceScale ?? standardGuidance) > 1 ? 2 : 1
    let parts = [
      try conditioner.need().times(branches),
      try denoising.need(batch: branches, height: height, width: width).times(settings.steps),
      try autoencoder.decodingNeed(height: height, width: width),
    ]
    return holdsParts ? .beside(parts) : .inTurn(parts)
  }
}
