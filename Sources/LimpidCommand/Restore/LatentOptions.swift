import ArgumentParser
import Pictures
import Restoration

/// What AutoDIR and MRIR have in common.
struct LatentOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: """
      What the restored images are to show (MRIR); a text to follow, once, instead of what is \
      found, or several one after another (AutoDIR). "prompt" in NAME.json beside NAME.png, or in \
      texts.json for a folder.
      """)
  var prompt: [String] = []

  @Option(
    help: """
      Sides of the result in sides of the image, 1 to 8; AutoDIR looks at the enlarged image, by \
      Lanczos' filter.
      """)
  var upscale = SystemOptions().upscale

  @Option(
    help: """
      How colours are brought back to the image's: wavelet, adain or none; AutoDIR's, to those \
      before each step.
      """)
  var colorFix = SystemOptions().colourFix

  @Option(
    parsing: .unconditional,
    help: """
      Tile size of the autoencoder, of which a quarter overlaps: 0 as --tile suggests, -1 never \
      tiles, N.
      """,
    transform: { try TileOptions.choice($0, of: "--vae-tile") })
  var vaeTile = SystemOptions().autoencoderTiling

  func validate() throws {
    guard prompt.count <= ImageTexts.maximumCount else {
      throw ValidationError("--prompt: at most \(ImageTexts.maximumCount) times")
    }
    guard (1...8).contains(upscale) else { throw ValidationError("--upscale is 1 to 8") }
  }

  func apply(to options: inout SystemOptions) throws(LimpidError) {
    for text in prompt { options.texts[.prompt].append(try ImageTexts.line(text)) }
    (options.upscale, options.colourFix) = (upscale, colorFix)
    options.autoencoderTiling = vaeTile
  }
}

extension ColourFix: ExpressibleByArgument {}
