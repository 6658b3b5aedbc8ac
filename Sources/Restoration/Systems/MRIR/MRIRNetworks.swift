import Diffusion
import Execution
import Generation
import Models
import Networks
import Pictures
import Tensors

/// MRIR's networks on a device.
final class MRIRNetworks: Sendable {
  let texts: TextConditioner
  let image: ImageContext
  let denoising: DenoisingLoop
  let autoencoder: LatentAutoencoder
  let scheduler: SchedulerFile

  /// - Parameter model: the refine layer, in a bundle with all the others.
  /// - Throws: ``LimpidError``, which names what is missing or does not fit, before anything runs.
  init(_ model: Model, on engine: Engine) throws(LimpidError) {
    func part(_ role: Role) throws(LimpidError) -> Model {
      try Model(component: try model.folder(of: role))
    }
    let (vision, unet) = (try part(.imageEncoder), try part(.unet))
    let control = try part(.controlNet)
    let encoder = try TextEncoder(
      try model.folder(of: .textEncoder), tokenizer: try model.folder(of: .tokenizer), on: engine)
    texts = TextConditioner(encoder)
    image = try ImageContext(vision: vision, refine: model, on: engine)
    denoising = try DenoisingLoop(unet, control: control, on: engine)
    autoencoder = try LatentAutoencoder(try part(.autoencoder), on: engine)
    scheduler = try SchedulerFile(try model.folder(of: .scheduler))
    try checkFit(model, textFeatures: encoder.features)
  }

  private func checkFit(_ model: Model, textFeatures: Int) throws(LimpidError) {
    let unet = denoising.network.configuration
    guard let image = unet.backbone.imageAttention, unet.pixelAttention != nil else {
      throw LimpidError(
        .badData, "\(model.name): its U-Net attends to no image, or to no maps of a ControlNet")
    }
    guard let refine = model.architecture as? RefineLayer,
      image.crossAttentionDim == refine.configuration.width,
      unet.backbone.crossAttentionDim == textFeatures
    else {
      throw LimpidError(.badData, "\(model.name): its U-Net and what tells it do not fit together")
    }
    guard denoising.network.inputChannels == autoencoder.latentChannels,
      denoising.network.outputChannels == autoencoder.latentChannels
    else {
      throw LimpidError(.badData, "\(model.name): U-Net and autoencoder do not fit together")
    }
  }

  /// Gives back the device's memory.
  func release() {
    texts.release()
    image.release()
    denoising.release()
    autoencoder.release()
  }
}
