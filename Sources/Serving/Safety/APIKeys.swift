import Images
import Paths
import Pictures

/// The keys that requests may have.
package struct APIKeys: Sendable {
  /// SHA-256 of each key, so that all have one length.
  private let keys: [(owner: String, digest: [UInt8])]

  /// - Parameter text: a key in each line, as `NAME:KEY` or `KEY`; lines with `#` say nothing.
  /// - Throws: ``LimpidError`` where there is none, or one that is easily guessed.
  package init(_ text: String) throws(LimpidError) {
    var keys: [(owner: String, digest: [UInt8])] = []
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard let key = parts.last, key.utf8.count >= 16 else {
        throw LimpidError(.usage, "a key has fewer than 16 characters")
      }
      let owner = parts.count > 1 ? String(parts[0]) : "key \(keys.count + 1)"
      keys.append((owner, Self.digest(key)))
    }
    guard !keys.isEmpty else { throw LimpidError(.usage, "the file of keys has none") }
    self.keys = keys
  }

  package init(file path: Path) throws(LimpidError) {
    do {
      try self.init(String(decoding: try InputFile.read(path, limit: 1 << 20), as: UTF8.self))
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  /// Whose key it is; nil for one that is none of them. It takes the same time whichever bytes
  /// differ, and whether one is found.
  package func owner(of key: String) -> String? {
    let digest = Self.digest(key)
    var owner: String?
    for candidate in keys {
      var difference: UInt8 = 0
      for (a, b) in zip(candidate.digest, digest) { difference |= a ^ b }
      owner = difference == 0 ? candidate.owner : owner
    }
    return owner
  }

  private static func digest(_ key: some StringProtocol) -> [UInt8] {
    Array(Digest.of(Array(key.utf8)).utf8)
  }
}
