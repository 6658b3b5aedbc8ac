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
  package var parameterBytes: Int { parts.reduce(0, +) * engine.precision.byteCount }

  /// Bytes of the parameters that are on the device at a time.
  package var heldBytes: Int {
    holdsParts ? parameterBytes : (parts.max() ?? 0) * engine.precision.byteCount
  }

  /// Numbers in each network.
  private var parts: [Int] {
    conditioner.parameterCounts + [denoising.parameterCount, autoencoder.parameterCount]
  }

  /// Floating-point operations that one picture takes.
  package func flops(_ settings: Settings) throws -> Double {
    let side = autoencoder.pixelsPerLatent
    let size = try size(settings, of: [])
    let (height, width) = (size.height / side, size.width / side)
    let step = try denoising.network.graph(height: height, width: width).flops
    let decoding = try autoencoder.network.graph(height: height, width: width).flops
    let branches = (settings.guidanceScale ?? standardGuidance) > 1 ? 2 : 1
    return Double(step) * Double(settings.steps * branches) + Double(decoding)
  }
}
