/// Whether an image is restored whole or in tiles.
package enum TilingPolicy: Hashable, Sendable, Codable {
  /// Whole when the device's memory allows it, otherwise in the largest tiles that fit.
  case auto
  /// Whole, or not at all.
  case never
  /// In tiles of at most this many pixels.
  case size(width: Int, height: Int)

  /// Reads the spelling of the command line: `0`, `-1`, `N` or `WxH`, with sides of at least 16.
  package init?(_ text: String) {
    switch text {
    case "0", "auto": self = .auto
    case "-1", "never": self = .never
    default:
      let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      guard sides.count <= 2, let width = sides[0], let height = sides[sides.count - 1],
        (16...65_536).contains(width), (16...65_536).contains(height)
      else { return nil }
      self = .size(width: width, height: height)
    }
  }
}

extension TilingPolicy: CustomStringConvertible {
  /// `auto`, `never` or `WxH`, which ``init(_:)`` reads.
  package var description: String {
    switch self {
    case .auto: "auto"
    case .never: "never"
    case .size(let width, let height): "\(width)x\(height)"
    }
  }
}
