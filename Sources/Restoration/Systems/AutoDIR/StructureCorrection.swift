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

  /// The diffused images with all that the network adds to them. All are (N, 3, H, W).
  /// - Parameter tiling: nil for all of them at once.
  func corrected(
    _ diffused: HostTensor, degraded: HostTensor, tiling: Tiling? = nil
  ) throws -> HostTensor {
    let shape = diffused.shape
    let both = (0..<shape[0]).map { image in
      HostTensor(
        [1, 6, shape[2], shape[3]],
        degraded.outermost(image).floats + diffused.outermost(image).floats)
    }
    return try network.results(["output"], of: "image", .stacking(both), tiling)[0]
  }

  /// A diffused image with `weight` times what was added to it.
  /// - Parameter corrected: with all of it; nil for nothing.
  static func weighed(
    _ diffused: HostTensor, _ corrected: HostTensor?, _ weight: Float
  ) -> HostTensor {
    guard weight != 0, let corrected else { return diffused }
    guard weight != 1 else { return corrected }
    return HostTensor(
      diffused.shape, zip(diffused.floats, corrected.floats).map { $0 + weight * ($1 - $0) })
  }

  /// Makes what images of this size go through, before they are there.
  func prepare(batch: Int, height: Int, width: Int) throws {
    try network.prepare(["image": [batch, 6, height, width]])
  }

  /// What images of this size take.
  func need(batch: Int, height: Int, width: Int) throws -> Need {
    try network.need(["image": [batch, 6, height, width]])
  }

  /// Gives back the device's memory.
  func release() { network.release() }
}
