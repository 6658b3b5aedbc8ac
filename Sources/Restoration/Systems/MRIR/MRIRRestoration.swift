import Diffusion
import Generation
import Glibc
import Networks
import Pictures
import Tensors

/// MRIR over one picture: tell the U-Net what a text says, what CLIP sees and what the pixels are,
/// and sample.
///
/// "MRIR: Integrating Multimodal Insights for Diffusion-based Realistic Image Restoration", 2024,
/// arXiv 2407.03635, section 3 and figure 2.
struct MRIRRestoration {
  let networks: MRIRNetworks
  let options: SystemOptions
  let program: SamplerProgram
  let guidance: Guidance
  let tiles: LatentTiles
  let size: MRIRSize

  /// - Parameters:
  ///   - text: what the picture shows; may be empty.
  ///   - progress: called after every step, and within long ones; what it throws ends the work.
  func restored(
    _ picture: Picture, text: String, seed: UInt64,
    reporting progress: (StepProgress) throws -> Void
  ) throws -> Picture {
    let enlarged = picture.fitted(width: size.work.width, height: size.work.height)
    var image = PaddedImage(enlarged, multiple: networks.autoencoder.pixelsPerLatent)
    var noise = ImageNoise(options.random, seeds: [seed])
    var task = DenoisingLoop.Task(
      program, guidance: guidance, start: try start(from: image, &noise),
      conditions: try conditions(picture, text: text, image))
    task.control.scale = options.controlScale
    task.tiling = tiles.denoising
    let latent = try networks.denoising.run(task, noise: &noise, reporting: progress)
    image.values = try networks.autoencoder.image(of: latent, tiling: tiles.autoencoder)
    let fixed = options.colourFix.applied(to: image.picture(truncating: false), as: enlarged)
    return fixed.fitted(width: size.result.width, height: size.result.height)
  }

  /// The first sample. That of an image has the noise of the last training step, although the
  /// sampler begins at an earlier one.
  private func start(from image: PaddedImage, _ noise: inout ImageNoise) throws -> HostTensor {
    let autoencoder = networks.autoencoder
    guard options.start == .image else {
      let side = autoencoder.pixelsPerLatent
      let (height, width) = (image.values.shape[2] / side, image.values.shape[3] / side)
      let start = noise.draw([1, autoencoder.latentChannels, height, width])
      return start.map { $0 * Float(program.initialScale) }
    }
    let (mean, logvar) = try autoencoder.encode(
      image: image.values, tiling: tiles.autoencoder)
    let drawn = noise.draw(mean.shape)
    let latent = autoencoder.scaled(
      mean.merged(with: logvar.map { expf($0 / 2) }.merged(with: drawn, *), +))
    let schedule = try networks.scheduler.noiseSchedule()
    let mixture = schedule.mixture(at: schedule.count - 1)
    return latent.merged(with: noise.draw(latent.shape)) {
      Float(mixture.signal) * $0 + Float(mixture.noise) * $1
    }
  }

  /// The U-Net's operands: only the text differs between the answers that guidance weighs.
  private func conditions(
    _ picture: Picture, text: String, _ image: PaddedImage
  ) throws -> [Guidance.Branch: [String: HostTensor]] {
    let prompt = [text, options.qualityPrompt].filter { !$0.isEmpty }.joined(separator: ", ")
    let branches = guidance.branches.map(\.branch)
    let texts = branches.map { $0 == .conditional ? prompt : options.negativePrompt }
    let count = networks.texts.sequenceCount(texts)
    let tokens = try networks.image.tokens(of: picture)
    var conditions: [Guidance.Branch: [String: HostTensor]] = [:]
    for (branch, text) in zip(branches, texts) {
      var operands = try networks.texts.operands(
        text, sequences: count, size: (image.values.shape[2], image.values.shape[3]))
      operands["image_encoder_hidden_states"] = options.seesImage ? tokens : tokens.zeros
      operands["controlnet_cond"] = image.values.map { ($0 + 1) / 2 }
      conditions[branch] = operands
    }
    return conditions
  }
}

extension HostTensor {
  fileprivate func merged(
    with other: HostTensor, _ combine: (Float, Float) -> Float
  ) -> HostTensor {
    HostTensor(shape, zip(floats, other.floats).map { combine($0, $1) })
  }
}
