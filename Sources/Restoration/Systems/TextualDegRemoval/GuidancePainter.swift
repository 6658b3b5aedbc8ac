import Diffusion
import Execution
import Generation
import Models
import Networks
import Pictures
import Tensors

/// Paints guidance images: what Stable Diffusion makes of the words that describe a picture without
/// its degradation.
///
/// Lin, Yue et al., "Improving Image Restoration through Removing Degradations in Textual
/// Representations", CVPR 2024, section 3.2 and figure 3; sampler and guidance as in the official
/// code.
package final class GuidancePainter: Sendable {
  /// How the sampler goes about it.
  package struct Options: Hashable, Sendable {
    package var steps = 100
    /// Weight of the description against the empty text.
    package var guidanceScale = 5.0
    package var random = RandomStream.cpu
    /// Of guidance images, in pixels; nil: what the U-Net was trained on.
    package var side: Int?
    /// The text with the words in the place of `{}`.
    package var template = TextualDegRemovalSystem.usualTemplate
    /// The only one of the words that is put there, from 0; nil for all of them.
    package var word: Int?

    package init() {}
  }

  let engine: Engine
  let settings: Options
  let cache: ReferenceCache
  /// Of all parts.
  let fingerprint: String
  let description: ImageDescription
  let texts: TextEncoder
  let denoising: DenoisingLoop
  let autoencoder: LatentAutoencoder
  private let template: TextTemplate
  private let program: SamplerProgram

  /// - Throws: ``LimpidError`` when the parts do not fit together.
  package init(
    _ parts: Parts, _ settings: Options, on engine: Engine,
    keeping cache: ReferenceCache = ReferenceCache(folder: nil)
  ) throws(LimpidError) {
    (self.engine, self.settings, self.cache) = (engine, settings, cache)
    let predictsNoise: Bool
    fingerprint = parts.fingerprint
    description = try ImageDescription(
      vision: parts.vision, mapper: parts.mapper, restoration: parts.restoration, on: engine)
    texts = try TextEncoder(
      try parts.pipeline.folder("text_encoder"),
      tokenizer: try parts.pipeline.folder("tokenizer"), on: engine)
    denoising = try DenoisingLoop(try parts.tunedUNet(), on: engine)
    autoencoder = try LatentAutoencoder(
      try Model(component: try parts.pipeline.folder("vae")), on: engine)
    guard texts.features == description.width,
      denoising.network.inputChannels == autoencoder.latentChannels,
      (settings.side ?? 0).isMultiple(of: autoencoder.pixelsPerLatent)
    else {
      throw LimpidError(
        .badData, "\(parts.pipeline.name): its parts, the mapper and the size do not fit together")
    }
    template = try TextTemplate(settings.template)
    guard (0..<description.count).contains(settings.word ?? 0) else {
      throw LimpidError(.usage, "a picture is described by words 0 to \(description.count - 1)")
    }
    let scheduler = try SchedulerFile(try parts.pipeline.folder("scheduler"))
    do throws(SchedulerError) {
      predictsNoise = try scheduler.prediction() == .epsilon
      program = try scheduler.sampler(.ddim).program(steps: settings.steps)
    } catch {
      throw LimpidError(.usage, "\(error)")
    }
    guard predictsNoise else {
      throw LimpidError(
        .badData,
        "\(parts.pipeline.name): its U-Net predicts no noise, as that of Stable Diffusion 2.1-base "
          + "does, which mappers are trained for")
    }
  }

  /// Side of guidance images in latents.
  var latentSide: Int {
    settings.side.map { $0 / autoencoder.pixelsPerLatent }
      ?? denoising.network.configuration.sampleSize
  }

  /// Side of guidance images in pixels.
  var side: Int { latentSide * autoencoder.pixelsPerLatent }

  /// The guidance image, square and in 255ths, of the middle square of a picture.
  /// - Parameter progress: called after every step; what it throws ends the work.
  package func paint(
    _ picture: Picture, seed: UInt64, reporting progress: (StepProgress) throws -> Void
  ) throws -> Picture {
    let words = try words(for: picture)
    let guidance = Guidance.classifierFree(scale: settings.guidanceScale)
    var conditions: [Guidance.Branch: [String: HostTensor]] = [:]
    for (branch, _) in guidance.branches {
      let isTold = branch == .conditional
      let state = try texts.encode(
        isTold ? template.start : "", words: words,
        placeholder: isTold ? TextTemplate.placeholder : nil, then: template.rest)
      conditions[branch] = ["encoder_hidden_states": state]
    }
    if !holdsParts { texts.release() }
    var noise = ImageNoise(settings.random, seeds: [seed])
    let scale = Float(program.initialScale)
    let start = noise.draw([1, autoencoder.latentChannels, latentSide, latentSide])
    let task = DenoisingLoop.Task(
      program, guidance: guidance,
      start: start.map { $0 * scale }, conditions: conditions)
    let latent = try denoising.run(task, noise: &noise, reporting: progress)
    if !holdsParts { denoising.release() }
    defer { if !holdsParts { autoencoder.release() } }
    let painted = try autoencoder.decode(latent)
    return Picture(
      width: painted.width, height: painted.height,
      planes: painted.planes.map { ($0 * 255).rounded(.toNearestOrEven) / 255 })
  }

  /// The words that are put into the text, (1, ``wordCount``, D).
  private func words(for picture: Picture) throws -> HostTensor {
    let words = try description.words(for: picture)
    if !holdsParts { description.release() }
    guard let word = settings.word else { return words }
    let width = words.shape[2]
    return HostTensor([1, 1, width], Array(words.floats[word * width..<(word + 1) * width]))
  }

  var wordCount: Int { settings.word == nil ? description.count : 1 }

  /// Gives back the device's memory.
  package func release() {
    description.release()
    texts.release()
    denoising.release()
    autoencoder.release()
  }
}
