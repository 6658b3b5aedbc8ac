import Diffusion
import Generation
import Pictures

extension TextToImage {
  /// One picture to make.
  public struct Request: Hashable, Sendable {
    /// What it shows. More than 75 tokens are encoded in parts of 75.
    public var prompt: String
    /// What it does not show; nil differs from the empty text in pipelines that say so.
    public var negativePrompt: String?
    /// Where its noise begins.
    public var seed: UInt64
    /// What the pipeline's ControlNet sees, of the size of the picture to make; nil for none.
    public var controlImage: Picture?

    /// A picture that shows what the prompt says.
    public init(
      _ prompt: String, negativePrompt: String? = nil, seed: UInt64 = 42,
      controlImage: Picture? = nil
    ) {
      (self.prompt, self.negativePrompt) = (prompt, negativePrompt)
      (self.seed, self.controlImage) = (seed, controlImage)
    }
  }

  /// How pictures are made.
  public struct Options: Hashable, Sendable {
    /// As diffusers counts them, 1...100000.
    public var steps = 50
    /// Weight of the prompt against the negative prompt; at 1 and below the latter is not looked
    /// at. nil: 7.5, or 5 for Stable Diffusion XL.
    public var guidanceScale: Double?
    /// In pixels, a multiple of 8 up to 16384; nil: of the control image or the training.
    public var width: Int?
    /// In pixels, likewise.
    public var height: Int?
    /// nil: what the pipeline's folder names.
    public var scheduler: Scheduler?
    /// Whose random numbers the noise has.
    public var random = RandomStream.cpu
    /// Weight of the ControlNet.
    public var controlScale = 1.0
    /// The part of the steps, in 0...1, in which the ControlNet counts.
    public var controlRange = 0.0...1.0
    /// Side of the tiles that the autoencoder sees, of which a quarter overlaps, 32...16384 pixels:
    /// less memory, and a slightly different picture. nil: the whole picture at once.
    public var autoencoderTile: Int?
    /// Side of the tiles that the U-Net sees, which overlap by 64 pixels, 32...16384 pixels: for
    /// pictures larger than the training's. nil: the whole picture at once.
    public var latentTile: Int?

    /// As the pipeline's folder has it.
    public init() {}
  }

  /// How noise becomes a picture, under the names that diffusers has.
  public enum Scheduler: String, CaseIterable, Hashable, Sendable {
    case ddpm, ddim, euler, eulerAncestral, heun, lms, pndm, dpmSolver, uniPC
  }
}

extension TextToImage.Request {
  var packaged: Generation.TextToImage.Request {
    Generation.TextToImage.Request(
      prompt, negativePrompt: negativePrompt, seed: seed, controlImage: controlImage?.packaged)
  }
}

extension TextToImage.Options {
  /// - Parameter step: pixels of one element of a latent.
  func packaged(step: Int) throws(LimpidError) -> Generation.TextToImage.Options {
    var options = Generation.TextToImage.Options()
    options.steps = try checked(steps, in: 1...100_000, "steps")
    try require(guidanceScale?.isFinite != false, "the guidance scale is no number")
    options.guidanceScale = guidanceScale
    (options.width, options.height) = (width, height)
    options.scheduler = scheduler?.packaged
    options.random = random.packaged
    try require(controlScale.isFinite, "the ControlNet's weight is no number")
    options.control.scale = controlScale
    try require(
      0 <= controlRange.lowerBound && controlRange.upperBound <= 1,
      "the ControlNet's part of the steps: \(controlRange) is not in 0...1")
    options.control.range = controlRange
    if let side = try checked(autoencoderTile, in: 32...16_384, "the autoencoder's tiles") {
      options.autoencoderTiling = EvenTiling(pixels: side, overlap: side / 4, step: step)
    }
    if let side = try checked(latentTile, in: 32...16_384, "the U-Net's tiles") {
      options.tiling = EvenTiling(pixels: side, overlap: 64, step: step)
    }
    return options
  }
}

extension TextToImage.Scheduler {
  fileprivate var packaged: SchedulerFile.Kind {
    switch self {
    case .ddpm: .ddpm
    case .ddim: .ddim
    case .euler: .euler
    case .eulerAncestral: .eulerAncestral
    case .heun: .heun
    case .lms: .lms
    case .pndm: .pndm
    case .dpmSolver: .dpmSolver
    case .uniPC: .uniPC
    }
  }
}
