import Execution
import Pictures
import Tensors

extension MRIRNetworks {
  /// What a picture takes; the networks lie beside each other on the device.
  /// - Parameters:
  ///   - width: of the result, in pixels; likewise the height.
  ///   - steps: of the sampler.
  ///   - branches: conditionings that the U-Net is asked under at once.
  func need(
    width: Int, height: Int, _ tilings: MRIRTilings, steps: Int, branches: Int
  ) throws -> Need {
    let (denoised, coded) = (
      tilings.parts(tilings.denoising, width: width, height: height),
      tilings.parts(tilings.autoencoder, width: width, height: height)
    )
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
