import ArgumentParser
import Networks
import Pictures
import Restoration

/// How images that are large are cut, and how statistics over the whole image are taken.
struct TileOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: "Tile size: 0 decides by memory, -1 never tiles, N or WxH.",
    transform: { try Self.choice($0, of: "--tile") })
  var tile = SystemOptions().tiling

  @Option(help: "Context around each tile, in pixels.")
  var tileOverlap = SystemOptions().overlap

  @Option(
    parsing: .unconditional,
    help: """
      AutoDIR and MRIR: tile size of the autoencoder, of which a quarter overlaps: 0 as --tile \
      suggests, -1 never tiles, N.
      """,
    transform: { try Self.choice($0, of: "--vae-tile") })
  var vaeTile = SystemOptions().autoencoderTiling

  @Option(
    defaultAsFlag: LocalStatistics().trainingSize,
    help: """
      NAFNet, Restormer, PromptIR: the test-time local converter, which takes statistics over \
      windows. --tlc N for networks that were trained on crops of N pixels; 256 otherwise.
      """)
  var tlc: Int?

  @Option(help: "Side of those windows in pixels; 1.5 of the crops' when left out.")
  var tlcWindow: Int?

  func validate() throws {
    guard (0...4096).contains(tileOverlap) else {
      throw ValidationError("--tile-overlap is 0 to 4096")
    }
    guard tlcWindow == nil || tlc != nil else { throw ValidationError("--tlc-window needs --tlc") }
    for (name, value) in [("--tlc", tlc), ("--tlc-window", tlcWindow)] {
      if let value, !(8...65_536).contains(value) {
        throw ValidationError("\(name) is 8 to 65536 pixels")
      }
    }
  }

  func apply(to options: inout SystemOptions) {
    (options.tiling, options.overlap) = (tile, tileOverlap)
    options.autoencoderTiling = vaeTile
    (options.trainingSize, options.windowSize) = (tlc, tlcWindow)
  }

  private static func choice(_ text: String, of option: String) throws -> TileChoice {
    guard let choice = TileChoice(text) else {
      throw ValidationError(
        "\(option) is 0, -1, N or WxH with sides of at least 16, not '\(text)'")
    }
    return choice
  }
}
