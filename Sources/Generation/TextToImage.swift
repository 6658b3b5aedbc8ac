import Diffusion
import Execution
import Models
import Networks
import Pictures
import Tensors

/// Stable Diffusion from text to pictures: 1.x, 2.x and XL, with a ControlNet where there is one,
/// read from the folder of a pipeline as diffusers writes it.
///
/// R. Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", CVPR 2022.
package final class TextToImage: Sendable {
  /// One picture to make. What becomes of it does not depend on the others of a call.
  package struct Request: Hashable, Sendable {
    /// Prompts of more than 75 tokens are encoded in parts of 75.
    package var prompt: String
    /// nil differs from the empty text in pipelines that say so.
    package var negativePrompt: String?
    package var seed: UInt64
    /// What the pipeline's ControlNet sees, of the size of the picture to make; nil for none.
    package var controlImage: Picture?

    package init(
      _ prompt: String, negativePrompt: String? = nil, seed: UInt64 = 42,
      controlImage: Picture? = nil
    ) {
      self.prompt = prompt
      self.negativePrompt = negativePrompt
      self.seed = seed
      self.controlImage = controlImage
    }
  }

  /// How pictures are made.
  package struct Options: Sendable {
    /// As diffusers counts them.
    package var steps = 50
    /// Weight of the prompt against the negative prompt; at 1 and below the latter is not looked
    /// at. nil: 7.5, or 5 for Stable Diffusion XL.
    package var guidanceScale: Double?
    /// In pixels, a multiple of 8; nil: that of the control image, or what the U-Net was trained
    /// on.
    package var width: Int?
    package var height: Int?
    /// Whether the autoencoder sees tiles of 512 pixels, which takes less memory and changes the
    /// picture slightly.
    package var tilesAutoencoder: Bool {
      get { autoencoderTiling != nil }
      set { autoencoderTiling = newValue ? .autoencoder : nil }
    }
    /// nil: what the folder names.
    package var scheduler: SchedulerFile.Kind?
    package var random = RandomStream.cpu
    package var control = DenoisingLoop.ControlWeight()
    /// nil: the U-Net sees the whole picture at once.
    package var tiling: EvenTiling?
    /// nil: the autoencoder sees the whole picture at once.
    package var autoencoderTiling: EvenTiling?

    package init() {}
  }

  package let conditioner: TextConditioner
  package let denoising: DenoisingLoop
  package let autoencoder: LatentAutoencoder
  /// Whether the pipeline is not meant to be used without a control image.
  let wantsControl: Bool
  let engine: Engine
  private let scheduler: SchedulerFile
  let standardGuidance: Double

  /// - Parameter folder: with `model_index.json` and a folder for each component.
  /// - Throws: ``LimpidError`` when a component is missing, damaged or of an unknown kind.
  package init(_ folder: Folder, on engine: Engine) throws(LimpidError) {
    self.engine = engine
    let index = try ModelIndex(folder)
    let first = try TextEncoder(
      try folder.folder("text_encoder"), tokenizer: try folder.folder("tokenizer"), on: engine)
    switch index.className {
    case "StableDiffusionPipeline", "StableDiffusionControlNetPipeline":
      conditioner = TextConditioner(first)
      standardGuidance = 7.5
    case "StableDiffusionXLPipeline", "StableDiffusionXLControlNetPipeline":
      let second = try TextEncoder(
        try folder.folder("text_encoder_2"), tokenizer: try folder.folder("tokenizer_2"),
        on: engine)
      conditioner = TextConditioner(
        first, second, zeroesAbsent: index.flag("force_zeros_for_empty_prompt", default: true))
      standardGuidance = 5
    case let name:
      throw LimpidError(.badData, "\(folder.name): \(name) makes no pictures from text here")
    }
    wantsControl = index.className.contains("ControlNet")
    var control: Model?
    if wantsControl || folder.has("controlnet") {
      control = try Model(component: try folder.folder("controlnet"))
    }
    denoising = try DenoisingLoop(
      try Model(component: try folder.folder("unet")), control: control, on: engine)
    autoencoder = try LatentAutoencoder(
      try Model(component: try folder.folder("vae")), on: engine)
    scheduler = try SchedulerFile(try folder.folder("scheduler"))
    guard denoising.network.inputChannels == autoencoder.latentChannels,
      [nil, autoencoder.pixelsPerLatent].contains(denoising.controlPixels)
    else {
      throw LimpidError(
        .badData, "\(folder.name): U-Net, autoencoder and ControlNet do not fit together")
    }
  }

  /// Makes a picture for each request.
  /// - Parameter progress: called after every step of every batch, and within steps that take
  ///   long; what it throws ends the work.
  /// - Throws: ``LimpidError``.
  package func pictures(
    of requests: [Request], _ settings: Options = Options(),
    reporting progress: (StepProgress) throws -> Void = { _ in }
  ) throws(LimpidError) -> [Picture] {
    do {
      let size = try size(settings, of: requests)
      let program = try scheduler.sampler(settings.scheduler).program(steps: settings.steps)
      let scale = settings.guidanceScale ?? standardGuidance
      guard scale.isFinite else { throw LimpidError(.usage, "the guidance scale is no number") }
      var pictures = [Picture?](repeating: nil, count: requests.count)
      // Prompts of one length together: an image's own must not be padded for another's sake.
      let lengths = requests.map {
        conditioner.sequenceCount([$0.prompt, $0.negativePrompt ?? ""])
      }
      for length in Set(lengths).sorted() {
        let places = requests.indices.filter { lengths[$0] == length }
        let batch = Batch(
          requests: places.map { requests[$0] }, length: length, size: size, program: program,
          guidance: scale > 1 ? .classifierFree(scale: scale) : .none, settings: settings)
        for (place, picture) in zip(places, try self.pictures(of: batch, reporting: progress)) {
          pictures[place] = picture
        }
      }
      return pictures.compactMap { $0 }
    } catch {
      throw LimpidError(error)
    }
  }
}

extension SchedulerFile {
  /// Reads a scheduler's folder.
  package init(_ folder: Folder) throws(LimpidError) {
    let name = "scheduler_config.json"
    let bytes = try folder.bytes(name, limit: Self.maximumBytes)
    do {
      try self.init(parsing: bytes)
    } catch {
      throw LimpidError(error, subject: folder.called(name))
    }
  }
}
