import Tensors

/// How many pictures or tiles of one size run through the network together.
package enum BatchingPolicy: Hashable, Sendable, Codable {
  /// As many as keep the device busy, if its memory allows them.
  case auto
  /// At most this many.
  case size(Int)

  /// Reads the spelling of the command line: `auto`, or 1 to 256.
  package init?(_ text: String) {
    if text == "auto" {
      self = .auto
      return
    }
    guard let size = Int(text), (1...256).contains(size) else { return nil }
    self = .size(size)
  }

  /// The most pictures of this size that it is worth putting together.
  /// - Parameter pixels: that keep the device busy, see ``Engine/pixelsPerRun``.
  package func wanted(width: Int, height: Int, filling pixels: Int) -> Int {
    switch self {
    case .size(let size): size
    case .auto: (pixels / max(width * height, 1)).clamped(to: 1...16)
    }
  }
}
