import Glibc
import Images
import Paths

/// Temporary files of processes that died.
package enum StaleFiles {
  /// Removes them from folders. A file of a living process stays: on this machine its number is
  /// taken, and on any other it holds the lock on the file.
  /// - Returns: how many were removed.
  @discardableResult
  package static func sweep(_ folders: Set<Path>) -> Int {
    folders.reduce(0) { $0 + sweep($1) }
  }

  private static func sweep(_ folder: Path) -> Int {
    (folder.entries ?? []).count { name in
      guard let process = owner(of: name), kill(process, 0) != 0, errno == ESRCH else {
        return false
      }
      let path = folder.appending(name)
      let descriptor = open(path.cString, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else { return false }
      return unlink(path.cString) == 0
    }
  }

  /// The process that a name of the form `.NAME.PID.tmp` or `.NAME.PID-N.tmp` belongs to, where
  /// NAME is that of an image.
  static func owner(of name: Path) -> pid_t? {
    guard name.isHidden, name.hasSuffix(".tmp") else { return nil }
    let owned = Path(bytes: name.bytes.dropFirst().dropLast(4))
    guard ImageFormat(forOutput: owned.stem) != nil else { return nil }
    let parts = owned.ending.text.split(
      separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard let process = parts.first.flatMap({ pid_t($0) }), process > 0,
      parts.dropFirst().allSatisfy({ Int($0) != nil })
    else { return nil }
    return process
  }
}
