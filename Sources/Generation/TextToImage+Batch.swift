import Diffusion
import Pictures
import Tensors

extension TextToImage {
  /// Requests that are evaluated together.
  struct Batch {
    let requests: [Request]
    /// In sequences of tokens.
    let length: Int
    let size: (height: Int, width: Int)
    let program: SamplerProgram
    let guidance: Guidance
    let settings: Options
  }

  func pictures(
    of batch: Batch, reporting progress: (StepProgress) throws -> Void
  ) throws -> [Picture] {
    var conditions: [Guidance.Branch: [String: HostTensor]] = [:]
    for branch in batch.guidance.branches.map(\.branch) {
      conditions[branch] = try conditioned(batch, branch)
    }
    if !holdsParts { conditioner.release() }
    var noise = ImageNoise(batch.settings.random, seeds: batch.requests.map(\.seed))
    let side = autoencoder.pixelsPerLatent
    let start = noise.draw([
      batch.requests.count, autoencoder.latentChannels, batch.size.height / side,
      batch.size.width / side,
    ])
    let scale = Float(batch.program.initialScale)
    var task = DenoisingLoop.Task(
      batch.program, guidance: batch.guidance,
      start: start.map { $0 * scale }, conditions: conditions)
    (task.control, task.tiling) = (batch.settings.control, batch.settings.tiling)
    let latents = try denoising.run(task, noise: &noise, reporting: progress)
    if !holdsParts { denoising.release() }
    defer { if !holdsParts { autoencoder.release() } }
    return try batch.requests.indices.map {
      try autoencoder.decode(latents.outermost($0), tiling: batch.settings.autoencoderTiling)
    }
  }

  /// The networks' operands under a conditioning: texts, and what the ControlNet sees.
  private func conditioned(
    _ batch: Batch, _ branch: Guidance.Branch
  ) throws -> [String: HostTensor] {
    let rows = try batch.requests.map { request in
      try conditioner.operands(
        branch == .conditional ? request.prompt : request.negativePrompt,
        sequences: batch.length, size: batch.size)
    }
    var operands = rows.stacked
    let images = batch.requests.compactMap(\.controlImage)
    if !images.isEmpty {
      operands["controlnet_cond"] = HostTensor.stacking(
        images.map { HostTensor([1, 3, $0.height, $0.width], $0.planes) })
    }
    return operands
  }

  /// Of the pictures to make, which is also that of their control images.
  func size(
    _ settings: Options, of requests: [Request]
  ) throws(LimpidError) -> (height: Int, width: Int) {
    let side = autoencoder.pixelsPerLatent
    let standard = denoising.network.configuration.sampleSize * side
    let images = requests.compactMap(\.controlImage)
    let size = (
      height: settings.height ?? images.first?.height ?? standard,
      width: settings.width ?? images.first?.width ?? standard
    )
    for (name, extent) in [("height", size.height), ("width", size.width)] {
      guard (side...16_384).contains(extent), extent.isMultiple(of: side) else {
        throw LimpidError(.usage, "\(name) \(extent): it must be a multiple of \(side) up to 16384")
      }
    }
    guard images.isEmpty || denoising.controlPixels != nil else {
      throw LimpidError(.usage, "there is a control image, but the pipeline has no ControlNet")
    }
    guard images.count == requests.count || (images.isEmpty && !wantsControl) else {
      throw LimpidError(.usage, "the pipeline's ControlNet wants a control image")
    }
    if let other = images.first(where: { ($0.height, $0.width) != size }) {
      throw LimpidError(
        .usage,
        "the control image has \(other.width)x\(other.height) pixels, the picture "
          + "\(size.width)x\(size.height)")
    }
    return size
  }
}
