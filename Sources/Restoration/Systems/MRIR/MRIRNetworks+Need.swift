import Execution
import Generation
import Pictures

extension MRIRNetworks {
  /// What pictures that are run together take; the networks lie beside each other on the device.
  /// - Parameters:
  ///   - batch: pictures.
  ///   - steps: of the sampler.
  ///   - branches: conditionings that the U-Net is asked under at once.
  func need(_ tiles: LatentTiles, batch: Int, steps: Int, branches: Int) throws -> Need {
    let (denoised, coded) = (tiles.denoised, tiles.coded)
    let coding = [
      try autoencoder.encodingNeed(batch: batch, height: coded.height, width: coded.width),
      try autoencoder.decodingNeed(batch: batch, height: coded.height, width: coded.width),
    ]
    return .beside([
      try texts.need().times(branches * batch), try image.need(batch: batch),
      try denoising.need(
        batch: branches * batch, height: denoised.height, width: denoised.width
      ).times(steps * denoised.count),
      Need.inTurn(coding).times(coded.count),
    ])
  }
}
