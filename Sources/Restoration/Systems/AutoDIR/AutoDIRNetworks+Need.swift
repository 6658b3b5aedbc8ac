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
    let (denoised, coded, corrected) = (
      tiles.latents.denoised, tiles.latents.coded, tiles.corrected
    )
    return .beside([
      try texts.need(readsText: readsText), try assessment.need(),
      try denoising.need(batch: branches, height: denoised.height, width: denoised.width)
        .times(steps * denoised.count),
      try autoencoder.encodingNeed(height: coded.height, width: coded.width).times(coded.count),
      try autoencoder.decodingNeed(height: coded.height, width: coded.width).times(coded.count),
      try correction.need(height: corrected.height, width: corrected.width)
        .times(corrected.count),
    ])
  }
}
