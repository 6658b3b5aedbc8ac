import Glibc
import Images
import Paths

/// SHA-256 of files that are read again and again: of weights, which are gigabytes, by every
/// process that works with them. What was found is remembered until anything is done to the file.
package struct RememberedDigests: Sendable {
  private let folder: Path?
  private let patience: Duration

  /// - Parameters:
  ///   - folder: of what is remembered; nil remembers nothing.
  ///   - patience: how long a file must not have been touched, since it may be touched twice within
  ///     one tick of its clock.
  package init(
    in folder: Path? = CacheFolder.path("digests").map { Path($0) },
    patience: Duration = .seconds(2)
  ) {
    (self.folder, self.patience) = (folder, patience)
  }

  /// nil when the file cannot be read to its end.
  package func digest(of path: Path) -> String? {
    guard let revision = path.revision else { return nil }
    let entry = folder?.appending(Path(Digest.of("\(revision)".utf8)))
    if let known = entry.flatMap(Self.read) { return known }
    guard let digest = Digest.ofFile(path) else { return nil }
    if let entry, path.revision == revision, isSettled(revision) {
      try? Self.write(digest, to: entry)
    }
    return digest
  }

  private func isSettled(_ revision: Path.Revision) -> Bool {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let age = now.tv_sec &* 1_000_000_000 &+ now.tv_nsec &- revision.touched
    return .nanoseconds(age) >= patience
  }

  private static func read(_ entry: Path) -> String? {
    guard let bytes = try? InputFile.read(entry, limit: 64), bytes.count == 64 else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ digest: String, to entry: Path) throws {
    try OutputFile.createDirectory(of: entry)
    try OutputFile(entry, overwrite: true).write(Array(digest.utf8))
  }
}
