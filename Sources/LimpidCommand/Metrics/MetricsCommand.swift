import ArgumentParser
import Batch
import Images
import Paths
import Pictures
import Quality

struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Measures images: PSNR and SSIM against references, NIQE without.",
    discussion: """
      PSNR and SSIM are BasicSR's, NIQE is pyiqa's: of 8-bit samples as files hold them, without \
      transparency. More PSNR (in dB) and SSIM is better, less NIQE. In folders, images and \
      references are pairs when they are called alike, whatever their endings are. Exit code 1 \
      when some images could not be measured, 2 when none could.
      """)

  @Argument(help: "An image, or a folder of them.")
  var images: Path

  @Argument(help: "What they should be: an image, or a folder of them.")
  var references: Path?

  @OptionGroup var quality: QualityFlags

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print comma-separated values.")
  var csv = false

  @OptionGroup var optionsFile: OptionsFile

  func validate() throws {
    guard !json || !csv else { throw ValidationError("--json and --csv exclude each other") }
  }

  func run() throws {
    Interruption.install()
    let wanted = try references.map { place throws(LimpidError) in
      ReferenceImages(try Counterparts(at: place), quality.options)
    }
    let found = try InputSearch().findings(at: [images]).images
    var (table, failures) = (QualityTable(), 0)
    for image in found {
      try Interruption.check()
      do throws(LimpidError) {
        table.add(image.relative, try measure(image, wanted))
      } catch {
        Terminal.complain("\(error)")
        failures += 1
      }
    }
    show(table)
    guard failures == 0 else { throw RestoreRun.exitCode(failed: failures, of: found.count) }
  }

  private func measure(
    _ image: FoundImage, _ references: ReferenceImages?
  ) throws(LimpidError) -> QualityReport {
    let picture: Image
    do {
      picture = try Image.read(image.path)
    } catch {
      throw LimpidError(error, subject: image.path)
    }
    guard let references else { return QualityReport(picture, against: nil, quality.options) }
    return try references.quality(of: picture, called: image.relative)
  }

  private func show(_ table: QualityTable) {
    if json {
      Terminal.say(table.json.encoded)
    } else {
      for line in csv ? table.csv : table.lines { Terminal.say(line) }
    }
  }
}
