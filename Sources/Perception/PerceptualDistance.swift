import Execution
import Images
import Models
import Networks
import Pictures
import Quality

/// How differently people see two images, as LPIPS has learned it: 0 for the same, more for worse.
package struct PerceptualDistance: Sendable {
  private let network: LoadedNetwork
  private let smallestSide: Int

  /// - Throws: ``LimpidError`` for weights of another network.
  package init(_ model: Model, on engine: Engine) throws(LimpidError) {
    guard let lpips = try model.network as? LPIPS else {
      throw LimpidError(
        .badData, "\(model.name): it is \(model.recognition.descriptor.architecture), not LPIPS")
    }
    network = LoadedNetwork(model, on: engine)
    smallestSide = lpips.backbone.smallestSide
  }

  /// - Parameter border: pixels at each side that do not count.
  /// - Returns: nil when sizes differ or are too small for the network.
  /// - Throws: ``LimpidError`` of the device.
  package func callAsFunction(
    _ image: Image, _ reference: Image, border: Int = 0
  ) throws(LimpidError) -> Double? {
    guard let own = signedColours(of: image, border: border),
      let other = signedColours(of: reference, border: border), own.shape == other.shape,
      min(own.shape[2], own.shape[3]) >= smallestSide
    else { return nil }
    do {
      return try network.run(["image": own, "reference": other])["output"].map {
        Double($0.floats[0])
      }
    } catch {
      throw LimpidError(error, subject: network.model.name)
    }
  }
}
