import Glibc

/// The right to make an entry of a cache, which one thread of one process has at a time.
///
/// It ends with its holder's process at the latest. Nobody waits for more than a minute, since a
/// holder may be stopped; and where files cannot be locked everybody has the turn.
struct CacheTurn {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) {
    self.init(opening: path)
    for _ in 0..<6_000 {
      guard isTakenByOther() else { return }
      usleep(10_000)
    }
  }

  /// - Returns: nil while another has it.
  init?(ifFree path: String) {
    self.init(opening: path)
    guard isTakenByOther() else { return }
    close(descriptor)
    return nil
  }

  private init(opening path: String) {
    self.path = path
    descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
  }

  /// - Returns: whether another has it.
  private func isTakenByOther() -> Bool {
    flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  func end() {
    unlink(path)
    close(descriptor)
  }
}
