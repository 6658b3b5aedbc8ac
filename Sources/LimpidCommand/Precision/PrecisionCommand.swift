import ArgumentParser
import Batch
import Diagnostics
import Images
import Models
import Paths
import Pictures
import Restoration

struct PrecisionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "precision",
    abstract: "Measures what half precision costs the pictures that a model restores.",
    discussion: """
      Pictures are restored as limpid restore does it, in f32 and in f16: stored as halves, and \
      multiplied by matrix units, which are imitated on the middles of pictures where there are \
      none. Every picture is compared with that in f32: PSNR, the largest difference, values that \
      were no finite numbers, seconds. The verdict is \(PrecisionVerdict.rule); it takes matrix \
      units or their imitation, and one harmful way is enough for f32. It is kept as \
      \(PrecisionVerdict.fileName) in the model's bundle, where restore and serve find it: without \
      --dtype, a model whose verdict is f16 runs in f16 on GPUs with matrix units.
      """)

  @Argument(
    help: "A bundle or a .safetensors checkpoint; the built-in denoiser when left out.")
  var file: Path?

  @Option(
    name: .shortAndLong,
    help: """
      A picture, a folder of pictures or a pattern; several times. Generated ones of 128x128 when \
      left out: disks over each other, in usual, little and much light, with noise.
      """)
  var input: [Path] = []

  @Option(
    help: """
      A clean image that shows what the pictures do, or a folder with one for each, as limpid \
      restore takes it.
      """)
  var referenceImage: Path?

  @Option(
    help: """
      For networks of dual-pixel cameras: the right view, or a folder with one for each picture, \
      which are the left ones.
      """)
  var rightView: Path?

  @Option(
    name: [.customShort("g"), .long], parsing: .unconditional,
    help: "auto, cpu (or -1), opencl:N or N; see limpid devices.")
  var device = "auto"

  @Flag(help: "Accept tensors that the network does not read.")
  var allowUnused = false

  @Flag(help: "Measure, but keep nothing.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var optionsFile: OptionsFile

  func validate() throws {
    guard rightView == nil || !input.isEmpty else {
      throw ValidationError("--right-view belongs to pictures, which --input names")
    }
  }

  func run() throws {
    let model = try Model(file ?? BuiltInModel.denoiser.path)
    if !allowUnused { try model.requireNoneUnused() }
    let pictures = try InputSearch().findings(at: input).images.map(\.path)
    var options = SystemOptions()
    (options.referenceImage, options.rightView) = (referenceImage, rightView)
    let measurement = try PrecisionMeasurement(
      model, on: try DeviceOptions.choice(device), options, pictures: pictures)
    let report = PrecisionReport(
      measurement: measurement, model: model, keepsVerdict: !dryRun)
    if json {
      Terminal.say(report.object.encoded)
    } else {
      for line in report.lines { Terminal.say(line) }
    }
    if !dryRun { try Self.keep(measurement.verdict, of: model) }
  }

  private static func keep(_ verdict: PrecisionVerdict?, of model: Model) throws(LimpidError) {
    guard let verdict, let path = model.precisionPath else { return }
    do {
      try OutputFile(path, overwrite: true).write(try verdict.encoded())
    } catch {
      throw LimpidError(error, subject: path)
    }
  }
}
