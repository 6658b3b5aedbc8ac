import Execution
import Models
import Networks
import Pictures
import Tensors

/// Puts back the structure of a degraded image that its diffused version has lost.
///
/// Y. Jiang et al., "AutoDIR", ECCV 2024, section 3.4; a NAFNet that sees the degraded image before
/// the diffused one, as the official code has it.
final class StructureCorrection: Sendable {
  private let network: LoadedNetwork

  init(_ model: Model, on engine: Engine) throws(LimpidError) {
    network = LoadedNetwork(model, on: engine)
  }

  /// The diffused image with `weight` times what the network adds to it. All are (1, 3, H, W).
  /// - Parameter tiling: nil for all of it at once.
  func corrected(
    _ diffused: HostTensor, degraded: HostTensor, weight: Float, tiling: Tiling? = nil
  ) throws -> HostTensor {
    guard weight != 0 else { return diffused }
    let shape = diffused.shape
    let both = HostTensor([1, 6, shape[2], shape[3]], degraded.floats + diffused.floats)
    let whole = try network.results(["output"], of: "image", both, tiling)[0]
    guard weight != 1 else { return whole }
    return HostTensor(
      shape, zip(diffused.floats, whole.floats).map { $0 + weight * ($1 - $0) })
  }

  /// What an image of this size takes.
  func need(height: Int, width: Int) throws -> Need {
    try network.need(["image": [1, 6, height, width]])
  }

  /// Gives back the device's memory.
  func release() { network.release() }
}
