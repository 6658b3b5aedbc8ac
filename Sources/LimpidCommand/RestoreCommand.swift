import ArgumentParser
import Images
import Limpid

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Restores images.",
    discussion: """
      Size, bit depth, transparency, colour profile and metadata of an image stay as they are. \
      An output appears whole or not at all; inputs are never overwritten.
      """,
    aliases: ["run"])

  @Option(name: .shortAndLong, help: "An image or a folder of images; may be given several times.")
  var input: [String]

  @Option(name: .shortAndLong, help: "The restored image, or a folder for several.")
  var output: String

  @Option(
    name: [.customShort("m"), .long],
    help: "A .safetensors checkpoint; the built-in denoiser when left out.")
  var modelPath: String?

  @Flag(help: "Accept tensors in the checkpoint that the network does not read.")
  var allowUnused = false

  @OptionGroup var options: DeviceOptions
  @OptionGroup var writing: WritingOptions

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: "Tile size: 0 decides by memory, -1 never tiles, N or WxH.", transform: Self.tiling)
  var tile = TileChoice.auto

  @Option(help: "Context around each tile, in pixels.")
  var tileOverlap = 32

  @Option(help: "auto, bar, json or none.")
  var progress = ProgressStyle.auto

  @Flag(help: "The same as --progress json: one JSON object per line on standard output.")
  var json = false

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard (0...4096).contains(tileOverlap) else {
      throw ValidationError("--tile-overlap is 0 to 4096")
    }
  }

  func run() throws {
    let list = try JobList(input, to: output, format: writing.format?.imageFormat)
    let model = try Model(modelPath)
    if !allowUnused { try model.requireNoneUnused() }
    let restorer = try Restorer(
      model, on: try options.engine(), tiling: tile, overlap: tileOverlap)
    Interruption.install()
    let run = RestoreRun(
      jobs: list.jobs, restorer: restorer, options: try writing.options(),
      reporter: reporter, logger: verbosity.logger)
    try run.perform()
  }

  private var reporter: any Reporter {
    switch json ? .json : progress {
    case .json: JSONReporter(dtype: options.dtype.rawValue)
    case .none: SilentReporter()
    case .bar: BarReporter()
    case .auto where verbosity.quiet: SilentReporter()
    case .auto where Terminal.isInteractive: BarReporter()
    case .auto: LineReporter()
    }
  }

  private static func tiling(_ text: String) throws -> TileChoice {
    guard let choice = TileChoice(text) else {
      throw ValidationError("--tile is 0, -1, N or WxH with sides of at least 16, not '\(text)'")
    }
    return choice
  }
}

enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
  case auto, bar, json, none
}
