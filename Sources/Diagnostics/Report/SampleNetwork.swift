import IR
import Models
import Networks
import Pictures

/// A network whose time a report tells: the built-in one, and full ones with weights of noise.
struct SampleNetwork {
  let name: String
  /// Of its pictures, or of latents.
  let height: Int
  let width: Int
  /// Whether a quick look has time for it.
  let isQuick: Bool
  let network: any Network
  /// nil for noise.
  private let trained: (any WeightSource)?

  private init(
    _ name: String, side: Int, isQuick: Bool = false, _ network: any Network,
    weights trained: (any WeightSource)? = nil
  ) {
    (self.name, self.isQuick, self.network) = (name, isQuick, network)
    (height, width, self.trained) = (side, side, trained)
  }

  /// The least work first.
  static func all() throws(LimpidError) -> [SampleNetwork] {
    let builtIn = try Model(.denoiser)
    let diffusion = StableDiffusionVersion.v1
    return [
      SampleNetwork(
        "built-in denoiser", side: 256, isQuick: true, try builtIn.network,
        weights: builtIn.weights),
      SampleNetwork("NAFNet-32", side: 256, isQuick: true, NAFNet(.init())),
      SampleNetwork("Restormer", side: 256, isQuick: true, Restormer(.init())),
      SampleNetwork("Stable Diffusion 1.5 U-Net", side: 64, diffusion.unet()),
      SampleNetwork("Stable Diffusion 1.5 decoder", side: 64, diffusion.autoencoder),
    ]
  }

  func weights() throws(Fault) -> any WeightSource {
    if let trained { return trained }
    return NoiseWeights(try network.manifest, seed: 1)
  }
}
