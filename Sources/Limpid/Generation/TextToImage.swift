import Diffusion
import Networks
import Tensors

/// Stable Diffusion from text to pictures: 1.x, 2.x and XL, read from the folder of a pipeline as
/// diffusers writes it.
///
/// R. Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", CVPR 2022.
public final class TextToImage: Sendable {
  /// One picture to make. What becomes of it does not depend on the others of a call.
  public struct Subject: Hashable, Sendable {
    /// Prompts of more than 75 tokens are encoded in parts of 75.
    public var prompt: String
    /// nil differs from the empty text in pipelines that say so.
    public var negativePrompt: String?
    public var seed: UInt64

    public init(_ prompt: String, negativePrompt: String? = nil, seed: UInt64 = 42) {
      self.prompt = prompt
      self.negativePrompt = negativePrompt
      self.seed = seed
    }
  }

  /// How pictures are made.
  public struct Settings: Sendable {
    /// As diffusers counts them.
    public var steps = 50
    /// Weight of the prompt against the negative prompt; at 1 and below the latter is not looked
    /// at. nil: 7.5, or 5 for Stable Diffusion XL.
    public var guidanceScale: Double?
    /// In pixels, a multiple of 8; nil: what the U-Net was trained on.
    public var width: Int?
    public var height: Int?
    /// nil: what the folder names.
    package var scheduler: SchedulerFile.Kind?
    package var random = RandomStream.cpu

    public init() {}
  }

  package let conditioner: TextConditioner
  package let denoising: DenoisingLoop
  package let autoencoder: LatentAutoencoder
  private let scheduler: SchedulerFile
  let standardGuidance: Double

  /// - Parameters:
  ///   - folder: with `model_index.json` and a folder for each component.
  ///   - halvesStorage: whether values are stored as 16-bit floats on the device.
  /// - Throws: ``LimpidError`` when a component is missing, damaged or of an unknown kind.
  public convenience init(
    folder: String, device: DeviceChoice = .auto, halvesStorage: Bool = false
  ) throws(LimpidError) {
    try self.init(
      try Folder(folder), on: try Engine(device, precision: halvesStorage ? .f16 : .f32))
  }

  package init(_ folder: Folder, on engine: Engine) throws(LimpidError) {
    let index = try ModelIndex(folder)
    let first = try TextEncoder(
      try folder.folder("text_encoder"), tokenizer: try folder.folder("tokenizer"), on: engine)
    switch index.className {
    case "StableDiffusionPipeline":
      conditioner = TextConditioner(first)
      standardGuidance = 7.5
    case "StableDiffusionXLPipeline":
      let second = try TextEncoder(
        try folder.folder("text_encoder_2"), tokenizer: try folder.folder("tokenizer_2"),
        on: engine)
      conditioner = TextConditioner(
        first, second, zeroesAbsent: index.flag("force_zeros_for_empty_prompt", default: true))
      standardGuidance = 5
    case let name:
      throw LimpidError(.badData, "\(folder.name): \(name) makes no pictures from text here")
    }
    denoising = try DenoisingLoop(try Model(component: try folder.folder("unet")), on: engine)
    autoencoder = try LatentAutoencoder(
      try Model(component: try folder.folder("vae")), on: engine)
    scheduler = try SchedulerFile(try folder.folder("scheduler"))
    guard denoising.network.inputChannels == autoencoder.latentChannels else {
      throw LimpidError(.badData, "\(folder.name): U-Net and autoencoder do not fit together")
    }
  }

  /// Makes a picture for each subject.
  /// - Parameter progress: called after every step of every batch; what it throws ends the work.
  /// - Throws: ``LimpidError``.
  public func pictures(
    of subjects: [Subject], _ settings: Settings = Settings(),
    reporting progress: (StepProgress) throws -> Void = { _ in }
  ) throws(LimpidError) -> [Picture] {
    do {
      let size = try size(settings)
      let program = try scheduler.sampler(settings.scheduler).program(steps: settings.steps)
      let scale = settings.guidanceScale ?? standardGuidance
      guard scale.isFinite else { throw LimpidError(.usage, "the guidance scale is no number") }
      var pictures = [Picture?](repeating: nil, count: subjects.count)
      // Prompts of one length together: an image's own must not be padded for another's sake.
      let lengths = subjects.map {
        conditioner.sequenceCount([$0.prompt, $0.negativePrompt ?? ""])
      }
      for length in Set(lengths).sorted() {
        let places = subjects.indices.filter { lengths[$0] == length }
        let batch = Batch(
          subjects: places.map { subjects[$0] }, length: length, size: size, program: program,
          guidance: scale > 1 ? .classifierFree(scale: scale) : .none, random: settings.random)
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

extension TextToImage {
  /// Subjects that are evaluated together.
  private struct Batch {
    let subjects: [Subject]
    /// In sequences of tokens.
    let length: Int
    let size: (height: Int, width: Int)
    let program: SamplerProgram
    let guidance: Guidance
    let random: RandomStream
  }

  private func pictures(
    of batch: Batch, reporting progress: (StepProgress) throws -> Void
  ) throws -> [Picture] {
    var conditions: [Guidance.Branch: [String: HostTensor]] = [:]
    for branch in batch.guidance.branches.map(\.branch) {
      let rows = try batch.subjects.map { subject in
        try conditioner.operands(
          branch == .conditional ? subject.prompt : subject.negativePrompt,
          sequences: batch.length, size: batch.size)
      }
      conditions[branch] = Dictionary(
        uniqueKeysWithValues: rows[0].keys.map { name in
          (name, HostTensor.stacking(rows.map { $0[name]! }))
        })
    }
    var noise = ImageNoise(batch.random, seeds: batch.subjects.map(\.seed))
    let side = autoencoder.pixelsPerLatent
    let start = noise.draw([
      batch.subjects.count, autoencoder.latentChannels, batch.size.height / side,
      batch.size.width / side,
    ])
    let scale = Float(batch.program.initialScale)
    let task = DenoisingLoop.Task(
      batch.program, guidance: batch.guidance,
      start: HostTensor(start.shape, start.floats.map { $0 * scale }), conditions: conditions)
    let latents = try denoising.run(task, noise: &noise, reporting: progress)
    return try batch.subjects.indices.map { try autoencoder.decode(latents.outermost($0)) }
  }

  func size(_ settings: Settings) throws(LimpidError) -> (height: Int, width: Int) {
    let side = autoencoder.pixelsPerLatent
    let standard = denoising.network.configuration.sampleSize * side
    let size = (height: settings.height ?? standard, width: settings.width ?? standard)
    for (name, extent) in [("height", size.height), ("width", size.width)] {
      guard (side...16_384).contains(extent), extent.isMultiple(of: side) else {
        throw LimpidError(.usage, "\(name) \(extent): it must be a multiple of \(side) up to 16384")
      }
    }
    return size
  }
}

extension SchedulerFile {
  /// Reads a scheduler's folder.
  init(_ folder: Folder) throws(LimpidError) {
    let name = "scheduler_config.json"
    let bytes = try folder.bytes(name, limit: Self.maximumBytes)
    do {
      try self.init(parsing: bytes)
    } catch {
      throw LimpidError(error, subject: folder.called(name))
    }
  }
}
