import Networks

extension TextToImage {
  /// Gives back the device's memory.
  package func release() {
    conditioner.release()
    denoising.release()
    autoencoder.release()
  }

  /// Numbers in all of its networks.
  package var parameterCount: Int {
    get throws {
      try conditioner.parameterCount + denoising.network.descriptor.parameterCount
        + autoencoder.network.descriptor.parameterCount
    }
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
