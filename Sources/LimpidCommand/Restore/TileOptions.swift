import ArgumentParser
import Pictures
import Restoration

/// How images that are large are cut.
struct TileOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: "Tile size: 0 decides by memory, -1 never tiles, N or WxH.",
    transform: { try Self.choice($0, of: "--tile") })
  var tile = SystemOptions().tiling

  @Option(help: "Context around each tile, in pixels.")
  var tileOverlap = SystemOptions().overlap

  func validate() throws {
    guard (0...4096).contains(tileOverlap) else {
      throw ValidationError("--tile-overlap is 0 to 4096")
    }
  }

  func apply(to options: inout SystemOptions) {
    (options.tiling, options.overlap) = (tile, tileOverlap)
  }

  static func choice(_ text: String, of option: String) throws -> TilingPolicy {
    guard let choice = TilingPolicy(text) else {
      throw ValidationError(
        "\(option) is 0, -1, N or WxH with sides of at least 16, not '\(text)'")
    }
    return choice
  }
}
