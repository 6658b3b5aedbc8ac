import ArgumentParser
import Quality

/// What of pictures is compared.
struct QualityFlags: ParsableArguments {
  @Option(help: "Pixels at each side that do not count.")
  var cropBorder = 0

  @Option(
    help: """
      What PSNR and SSIM compare: rgb, y (BT.601, as BasicSR has it) or luma (as pyiqa's ssim has \
      it).
      """)
  var channels = QualityOptions.Channels.rgb

  func validate() throws {
    guard (0...65_536).contains(cropBorder) else {
      throw ValidationError("--crop-border is 0 to 65536")
    }
  }

  var options: QualityOptions {
    var options = QualityOptions()
    (options.border, options.channels) = (cropBorder, channels)
    return options
  }
}

extension QualityOptions.Channels: ExpressibleByArgument {}
