import Execution
import Pictures
import Tensors

extension AutoDIRNetworks {
  /// What one step of AutoDIR's loop takes; all networks lie beside each other on the device.
  /// - Parameters:
  ///   - steps: of the sampler.
  ///   - branches: conditionings that the U-Net is asked under at once.
  ///   - readsText: whether it is told a text besides those of the degradations.
  func need(_ tiles: AutoDIRTiles, steps: Int, branches: Int, readsText: Bool) throws -> Need {
    let (latents, coded) = (tiles.parts(tiles.denoising), tiles.parts(tiles.autoencoder))
    let corrected = tiles.correctionParts
    return .beside([
      try texts.need(readsText: readsText), try assessment.need(),
      try denoising.need(batch: branches, height: latents.height, width: latents.width)
        .times(steps * latents.count),
      try autoencoder.encodingNeed(height: coded.height, width: coded.width).times(coded.count),
      try autoencoder.decodingNeed(height: coded.height, width: coded.width).times(coded.count),
      try correction.need(height: corrected.height, width: corrected.width)
        .times(corrected.count),
    ])
  }
}
