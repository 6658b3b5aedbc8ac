import Execution
import Pictures
import Tensors

extension AutoDIRNetworks {
  /// What one step of AutoDIR's loop takes; all networks lie beside each other on the device, but
  /// for the text tower where it is done with its eight texts before the others come.
  /// - Parameters:
  ///   - batch: pictures that are run together.
  ///   - size: of the pictures, enlarged and not padded.
  ///   - steps: of the sampler.
  ///   - branches: conditionings that the U-Net is asked under at once.
  ///   - readsText: whether it is told a text besides those of the degradations.
  func need(
    _ tiles: AutoDIRTiles, batch: Int, _ size: TileSize, steps: Int, branches: Int,
    readsText: Bool
  ) throws -> Need {
    let (denoised, coded, corrected) = (
      tiles.latents.denoised, tiles.latents.coded, tiles.corrected
    )
    let text = try texts.need(readsText: readsText)
    let others = Need.beside([
      try assessment.need(batch: batch, size),
      try denoising.need(
        batch: branches * batch, height: denoised.height, width: denoised.width
      ).times(steps * denoised.count),
      try autoencoder.encodingNeed(batch: batch, height: coded.height, width: coded.width)
        .times(coded.count),
      try autoencoder.decodingNeed(batch: batch, height: coded.height, width: coded.width)
        .times(coded.count),
      try correction.need(batch: batch, height: corrected.height, width: corrected.width)
        .times(corrected.count),
    ])
    return readsText ? .beside([text, others]) : .inTurn([text, others])
  }
}
