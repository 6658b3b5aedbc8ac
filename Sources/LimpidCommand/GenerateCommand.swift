import ArgumentParser
import Batch
import Diffusion
import Generation
import Images
import Models
import Paths
import Pictures
import Restoration

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Makes a picture from a text with Stable Diffusion.",
    discussion: """
      The model is a folder as diffusers writes it: model_index.json and a folder for each \
      component. The same seed gives the noise of PyTorch's generator on the chosen device.
      """)

  @Option(name: [.customShort("m"), .long], help: "The folder of a pipeline.")
  var modelPath: Path

  @Option(name: .shortAndLong, help: "What the picture shows.")
  var prompt: String

  @Option(help: "What it does not show.")
  var negativePrompt: String?

  @Option(
    name: [.long, .customLong("num-inference-steps")], help: "Steps of the scheduler.")
  var steps = 50

  @Option(
    name: [.long, .customLong("cfg-scale")],
    help: "Weight of the prompt; 7.5, or 5 for Stable Diffusion XL, when left out.")
  var guidanceScale: Double?

  @Option(
    help: "\(Self.schedulers), or a class of diffusers; the folder's own when left out.",
    transform: Self.kind)
  var scheduler: SchedulerFile.Kind?

  @Option(
    help: "In pixels, a multiple of 8; of the control image or the training when left out.")
  var width: Int?

  @Option(help: "In pixels, likewise.")
  var height: Int?

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: "Seed of the noise; a negative one stands for any, which is told.")
  var seed = 42

  @Option(help: "Whose noise: PyTorch's on a cpu or with cuda, or this program's own philox.")
  var rng = RandomStream.cpu

  @OptionGroup(title: "ControlNet") var control: ControlOptions

  @Flag(
    help: "Decode in tiles of 512 pixels: less memory, and a slightly different picture.")
  var vaeTiling = false

  @Option(help: "The same in tiles of so many pixels, of which a quarter overlaps.")
  var vaeTile: Int?

  @Option(
    help: """
      Denoise in tiles of so many pixels that overlap by 64: less memory, for pictures larger than \
      the training's.
      """)
  var latentTile: Int?

  @Option(
    name: .shortAndLong,
    help: "The picture, .png, .jpg, .webp or .tif; - writes a PNG to standard output.")
  var output: Path

  @Flag(help: "Replace an output that exists.")
  var overwrite = false

  @OptionGroup var options: DeviceOptions
  @OptionGroup var optionsFile: OptionsFile
  @OptionGroup var verbosity: Verbosity

  private static let schedulers = SchedulerFile.Kind.allCases.map(\.shortName)
    .joined(separator: ", ")

  private static func kind(_ name: String) throws -> SchedulerFile.Kind {
    guard let kind = SchedulerFile.Kind(named: name) else {
      throw ValidationError("--scheduler is one of \(schedulers), not '\(name)'")
    }
    return kind
  }

  func validate() throws {
    guard (1...100_000).contains(steps) else { throw ValidationError("--steps is at least 1") }
    guard guidanceScale?.isFinite != false else {
      throw ValidationError("--guidance-scale is a number")
    }
    for (name, side) in [("--vae-tile", vaeTile), ("--latent-tile", latentTile)] {
      if let side, !(32...16_384).contains(side) {
        throw ValidationError("\(name) is 32 to 16384 pixels")
      }
    }
  }

  func run() throws {
    var writing = OutputOptions()
    writing.overwrites = overwrite
    if output == JobRequest.stream { writing.format = .png }
    let encoding = try writing.encoding(for: output)
    let write = try writer()
    let pipeline = try TextToImage(try Folder(modelPath), on: try options.engine())
    let seed = seed < 0 ? UInt64.random(in: 0...UInt64(UInt32.max)) : UInt64(seed)
    if self.seed < 0 {
      (output == JobRequest.stream ? Terminal.complain : Terminal.say)("seed \(seed)")
    }
    Interruption.install()
    let request = TextToImage.Request(
      prompt, negativePrompt: negativePrompt, seed: seed, controlImage: try control.picture())
    let progress = StepReporter(isQuiet: verbosity.quiet)
    let pictures = try pipeline.pictures(of: [request], generation(for: pipeline)) { step in
      progress.tell(step)
      try Interruption.check()
    }
    progress.end()
    do {
      for picture in pictures {
        let image = Image(
          width: picture.width, height: picture.height, channels: .rgb, samples: picture.planes)
        try write(try image.encoded(as: encoding).bytes)
      }
    } catch {
      throw LimpidError(error, subject: output)
    }
  }

  /// What takes the picture's bytes. What can be known to stop it is found before work begins.
  private func writer() throws(LimpidError) -> ([UInt8]) throws -> Void {
    if output == JobRequest.stream { return StandardOutput.write }
    do {
      try OutputFile.createDirectory(of: output)
      let file = try OutputFile(output, overwrite: overwrite)
      return { try file.write($0) }
    } catch {
      throw LimpidError(error)
    }
  }

  private func generation(for pipeline: TextToImage) -> TextToImage.Options {
    var generation = TextToImage.Options()
    generation.steps = steps
    generation.guidanceScale = guidanceScale
    (generation.width, generation.height) = (width, height)
    generation.scheduler = scheduler
    generation.random = rng
    generation.tilesAutoencoder = vaeTiling
    let step = pipeline.autoencoder.pixelsPerLatent
    if let vaeTile {
      generation.autoencoderTiling = EvenTiling(pixels: vaeTile, overlap: vaeTile / 4, step: step)
    }
    generation.tiling = latentTile.map { EvenTiling(pixels: $0, overlap: 64, step: step) }
    generation.control = control.weight
    return generation
  }
}

/// Tells the steps of a sampler: on one line of a terminal, otherwise not at all.
private struct StepReporter {
  private let isShown: Bool

  init(isQuiet: Bool) { isShown = !isQuiet && Terminal.isInteractive }

  func tell(_ progress: StepProgress) {
    guard isShown else { return }
    let left = "\(progress.secondsLeft.rounded(1)) s left"
    Terminal.tell("\r\u{1B}[Kstep \(progress.step) of \(progress.count), \(left)")
  }

  func end() {
    if isShown { Terminal.tell("\r\u{1B}[K") }
  }
}
