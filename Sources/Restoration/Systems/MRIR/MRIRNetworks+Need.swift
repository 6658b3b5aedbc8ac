import Execution
import Generation
import Pictures

extension MRIRNetworks {
  /// What a picture takes; the networks lie beside each other on the device.
  /// - Parameters:
  ///   - steps: of the sampler.
  ///   - branches: conditionings that the U-Net is asked under at once.
  func need(_ tiles: LatentTiles, steps: Int, branches: Int) throws -> Need {
    let (denoised, coded) = (tiles.denoised, tiles.coded)
    let coding = [
      try autoencoder.encodingNeed(height: coded.height, width: coded.width),
      try autoencoder.decodingNeed(height: coded.height, width: coded.width),
    ]
    return .beside([
      try texts.need().times(branches), try image.need(),
      try denoising.need(batch: branches, height: denoised.height, width: denoised.width)
        .times(steps * denoised.count),
      Need.inTurn(coding).times(coded.count),
    ])
  }
}
