/// How many pictures or tiles of one size run through the network together.
package enum BatchChoice: Hashable, Sendable, Codable {
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

  /// The most pictures of this size that it is worth putting together: small ones do not fill a
  /// device, a GPU less than a CPU.
  package func wanted(width: Int, height: Int, isGPU: Bool) -> Int {
    switch self {
    case .size(let size): size
    case .auto: min(max((isGPU ? 1 << 20 : 1 << 14) / max(width * height, 1), 1), 16)
    }
  }
}
