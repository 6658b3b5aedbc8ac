import Paths

/// One of several equal parts of a list, chosen by the paths alone: every machine finds the same
/// parts, and an image that is added moves no other.
package struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// From 0.
  package let index: Int
  package let count: Int

  /// Everything.
  package static let whole = Shard(index: 0, count: 1)

  private init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// Reads `i/N` with i in 0..<N.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1],
      (1...1_000_000).contains(count), (0..<count).contains(index)
    else { return nil }
    self.init(index: index, count: count)
  }

  package static func all(of count: Int) -> [Shard] {
    (0..<count).map { Shard(index: $0, count: count) }
  }

  package var description: String { "\(index)/\(count)" }

  /// Whether the image of this relative path is in the part.
  func contains(_ relative: Path) -> Bool {
    Self.hash(relative) % UInt64(count) == UInt64(index)
  }

  /// FNV-1a over the bytes, then MurmurHash3's finaliser, since few of FNV's low bits mix.
  private static func hash(_ path: Path) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in path.bytes { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01B3 }
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ hash >> 33
  }
}
