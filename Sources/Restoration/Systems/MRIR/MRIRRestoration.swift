import Diffusion
import Execution
import Generation
import Glibc
import Networks
import Pictures
import Tensors

/// MRIR over pictures of one size: tell the U-Net what texts say, what CLIP sees and what the
/// pixels are, and sample. All of them go through each network at once, with noise of their own.
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
  ///   - subjects: whose texts take as many sequences of tokens; see ``sequenceCount(of:)``.
  ///   - preparation: of what they go through next.
  ///   - progress: called after every step, and within long ones; what it throws ends the work.
  func restored(
    _ subjects: [Subject], preparing preparation: Preparation,
    reporting progress: (StepProgress) throws -> Void
  ) throws -> [Picture] {
    let enlarged = subjects.map {
      $0.picture.fitted(width: size.work.width, height: size.work.height)
    }
    let padded = enlarged.map {
      PaddedImage($0, multiple: networks.autoencoder.pixelsPerLatent)
    }
    let images = HostTensor.stacking(padded.map(\.values))
    prepare(for: subjects, images, in: preparation)
    var noise = ImageNoise(options.random, seeds: subjects.map(\.seed))
    let start = try start(from: images, &noise)
    prepareDecoding(of: subjects.count, in: preparation)
    let task = try task(start, images, try tokens(of: subjects)) { branch in
      try texts(of: subjects, branch, size: (images.shape[2], images.shape[3]))
    }
    let latents = try networks.denoising.run(task, noise: &noise, reporting: progress)
    let results = try networks.autoencoder.image(of: latents, tiling: tiles.autoencoder)
    return zip(enlarged, padded).enumerated().map { index, picture in
      var image = picture.1
      image.values = results.outermost(index)
      return options.colourFix.applied(to: image.picture(truncating: false), as: picture.0)
        .fitted(width: size.result.width, height: size.result.height)
    }
  }

  /// Sequences of tokens that the longer of a picture's two texts takes.
  func sequenceCount(of subject: Subject) -> Int {
    let isGuided = guidance.branches.count > 1
    return networks.texts.sequenceCount(
      [text(of: subject)] + (isGuided ? [options.negativePrompt] : []))
  }

  /// The first samples. Those of images have the noise of the last training step, although the
  /// sampler begins at an earlier one.
  private func start(from images: HostTensor, _ noise: inout ImageNoise) throws -> HostTensor {
    let autoencoder = networks.autoencoder
    guard options.start == .image else {
      let side = autoencoder.pixelsPerLatent
      let (height, width) = (images.shape[2] / side, images.shape[3] / side)
      let start = noise.draw([images.shape[0], autoencoder.latentChannels, height, width])
      return start.map { $0 * Float(program.initialScale) }
    }
    let (mean, logvar) = try autoencoder.encode(image: images, tiling: tiles.autoencoder)
    let drawn = noise.draw(mean.shape)
    let latent = autoencoder.scaled(
      mean.merged(with: logvar.map { expf($0 / 2) }.merged(with: drawn, *), +))
    let schedule = try networks.scheduler.noiseSchedule()
    let mixture = schedule.mixture(at: schedule.count - 1)
    return latent.merged(with: noise.draw(latent.shape)) {
      Float(mixture.signal) * $0 + Float(mixture.noise) * $1
    }
  }

  /// What CLIP sees of pictures, (N, T, C).
  private func tokens(of subjects: [Subject]) throws -> HostTensor {
    let tokens = try networks.image.tokens(of: subjects.map(\.picture))
    return options.seesImage ? tokens : tokens.zeros
  }

  /// What pictures' texts are to the U-Net under a conditioning.
  private func texts(
    of subjects: [Subject], _ branch: Guidance.Branch, size: (Int, Int)
  ) throws -> [String: HostTensor] {
    let count = sequenceCount(of: subjects[0])
    return try subjects.map { subject in
      try networks.texts.operands(
        branch == .conditional ? text(of: subject) : options.negativePrompt, sequences: count,
        size: size)
    }.stacked
  }

  /// What the sampler runs on: only the text differs between the answers that guidance weighs.
  private func task(
    _ start: HostTensor, _ images: HostTensor, _ tokens: HostTensor,
    texts: (Guidance.Branch) throws -> [String: HostTensor]
  ) rethrows -> DenoisingLoop.Task {
    let pixels = images.map { ($0 + 1) / 2 }
    var conditions: [Guidance.Branch: [String: HostTensor]] = [:]
    for (branch, _) in guidance.branches {
      conditions[branch] = try texts(branch).merging([
        "image_encoder_hidden_states": tokens, "controlnet_cond": pixels,
      ]) { $1 }
    }
    var task = DenoisingLoop.Task(
      program, guidance: guidance, start: start, conditions: conditions)
    task.control.scale = options.controlScale
    task.tiling = tiles.denoising
    return task
  }

  /// What a picture shows and how good it shall be; may be empty.
  private func text(of subject: Subject) -> String {
    [subject.texts[.prompt].first ?? "", options.qualityPrompt].filter { !$0.isEmpty }
      .joined(separator: ", ")
  }
}

extension MRIRRestoration {
  /// Makes what comes after the encoder, in the order in which it does, before pictures are there.
  private func prepare(
    for subjects: [Subject], _ images: HostTensor, in preparation: Preparation
  ) {
    let (networks, batch) = (networks, subjects.count)
    let (unet, side) = (networks.denoising.network, networks.autoencoder.pixelsPerLatent)
    let (height, width) = (images.shape[2] / side, images.shape[3] / side)
    let shapes = unet.operands(batch: batch, height: height, width: width)
    guard let text = shapes["encoder_hidden_states"],
      let view = shapes["image_encoder_hidden_states"]
    else { return }
    let length = text[1] * sequenceCount(of: subjects[0])
    let latents = HostTensor.zeros([batch, networks.autoencoder.latentChannels, height, width])
    let tokens = HostTensor.zeros(view.replacing(1, with: networks.image.tokenCount))
    let task = task(latents, images, tokens) { _ in
      ["encoder_hidden_states": .zeros(text.replacing(1, with: length))]
    }
    preparation.add { try networks.image.prepare(batch: batch) }
    preparation.add { try networks.denoising.prepare(task) }
  }

  /// The same of the decoder, for which the encoder makes room.
  private func prepareDecoding(of batch: Int, in preparation: Preparation) {
    let (autoencoder, coded) = (networks.autoencoder, tiles.coded)
    preparation.add {
      try autoencoder.prepareDecoding(
        batch: batch, height: coded.height, width: coded.width)
    }
  }
}

extension HostTensor {
  fileprivate func merged(
    with other: HostTensor, _ combine: (Float, Float) -> Float
  ) -> HostTensor {
    HostTensor(shape, zip(floats, other.floats).map { combine($0, $1) })
  }
}
