import Foundation
import Limpid

/// Restores a photo with the built-in denoiser.
func restore(_ photo: URL, into output: URL) async throws(LimpidError) {
  let restorer = try await Restorer()
  try await restorer.restoreFile(at: photo, to: output)
}

/// Restores a picture in tiles and tells how far it is.
func restore(
  _ picture: Picture, on device: DeviceSelector, telling tell: (String) -> Void
) async throws -> Picture {
  var configuration = Restorer.Configuration()
  configuration.device = device
  configuration.tiles = .size(Size(width: 64, height: 64))
  configuration.tileOverlap = 16
  let restorer = try await Restorer(configuration)

  let progress = WorkProgress()
  async let restored = restorer.restore(picture, reportingTo: progress)
  for await update in progress {
    tell("\(Int(update.share * 100)) % done on \(restorer.device.name)")
  }
  return try await restored.picture
}
