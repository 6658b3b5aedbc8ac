import ArgumentParser
import Batch
import Images
import Models
import Paths
import Perception
import Pictures
import Quality

struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Measures images: PSNR, SSIM and LPIPS against references, NIQE without.",
    discussion: """
      PSNR and SSIM are BasicSR's, NIQE is pyiqa's: of 8-bit samples as files hold them, without \
      transparency. More PSNR (in dB) and SSIM is better, less NIQE and LPIPS. LPIPS is that of \
      the package lpips, and needs its weights. In folders, images and \
      references are pairs when they are called alike, whatever their endings are. Exit code 1 \
      when some images could not be measured, 2 when none could.
      """)

  @Argument(help: "An image, or a folder of them.")
  var images: Path

  @Argument(help: "What they should be: an image, or a folder of them.")
  var references: Path?

  @OptionGroup var quality: QualityFlags

  @Option(help: "Weights of LPIPS, which tools/convert makes; LPIPS is measured with them.")
  var lpips: Path?

  @Option(
    name: [.customShort("g"), .long], parsing: .unconditional,
    help: "Where LPIPS runs: auto, cpu (or -1), opencl:N, N or reference.")
  var device = "auto"

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print comma-separated values.")
  var csv = false

  @OptionGroup var optionsFile: OptionsFile

  func validate() throws {
    guard !json || !csv else { throw ValidationError("--json and --csv exclude each other") }
    guard lpips == nil || references != nil else {
      throw ValidationError("--lpips compares images with references")
    }
  }

  func run() throws {
    Interruption.install()
    let wanted = try references.map { place throws(LimpidError) in
      ReferenceImages(try Counterparts(at: place), quality.options)
    }
    let perception = try lpips.map { weights throws(LimpidError) in
      try PerceptualDistance(
        try Model(weights), on: try DeviceOptions.engine(device, .f32, .fast, nil))
    }
    let found = try InputSearch().findings(at: [images]).images
    var table = QualityTable(lpips == nil ? Measure.usual : Measure.usual + [.lpips])
    var failures = 0
    for image in found {
      try Interruption.check()
      do throws(LimpidError) {
        table.add(image.relative, try measure(image, wanted, perception))
      } catch {
        Terminal.complain("\(error)")
        failures += 1
      }
    }
    show(table)
    guard failures == 0 else { throw RestoreRun.exitCode(failed: failures, of: found.count) }
  }

  private func measure(
    _ image: FoundImage, _ references: ReferenceImages?, _ perception: PerceptualDistance?
  ) throws(LimpidError) -> QualityReport {
    let picture: Image
    do {
      picture = try Image.read(image.path)
    } catch {
      throw LimpidError(error, subject: image.path)
    }
    guard let references else { return QualityReport(picture, against: nil, quality.options) }
    let reference = try references.reference(for: picture, called: image.relative)
    var report = QualityReport(picture, against: reference, quality.options)
    report.lpips = try perception?(picture, reference, border: quality.cropBorder)
    return report
  }

  private func show(_ table: QualityTable) {
    if json {
      Terminal.say(table.json.encoded)
    } else {
      for line in csv ? table.csv : table.lines { Terminal.say(line) }
    }
  }
}
