import Glibc
import Paths

extension OutputFile {
  /// As ``write(dated:announcing:filling:)``, through a file that outlives the process when that is
  /// ended, so that another may go on with it.
  /// - Parameters:
  ///   - part: in the same folder; `fill` gets it as it is, open for reading and writing.
  ///   - isKept: whether the part stays after an error.
  package func write(
    through part: Path, keepingAfter isKept: (any Error) -> Bool,
    filling fill: (Int32) throws -> Void
  ) throws {
    try checkTarget()
    let descriptor = try Self.take(part)
    defer { close(descriptor) }
    do {
      try fill(descriptor)
    } catch {
      if !isKept(error) { unlink(part.cString) }
      throw error
    }
    try finish(descriptor, dated: nil)
    try publish(part)
    try syncDirectory()
  }

  /// Opens a part that no other process has.
  private static func take(_ part: Path) throws(ImageError) -> Int32 {
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
    let descriptor = retrying { open(part.cString, flags, 0o666) }
    guard descriptor >= 0 else { throw .file(part, .cannotCreate, errno: errno) }
    // Whoever had it may have given it its name meanwhile.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, part.isOpen(as: descriptor) else {
      close(descriptor)
      throw .file(FileFault(kind: .cannotCreate, path: part, detail: "another run is writing it"))
    }
    return descriptor
  }
}
