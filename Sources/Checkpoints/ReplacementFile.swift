import Glibc
import Paths

/// A new file that takes its final name only when it is complete and on disk.
///
/// It is written as `.NAME.PID.RANDOM.tmp` in the same folder; without ``commit()`` it vanishes.
final class ReplacementFile {
  private let path: Path
  private let temporaryPath: Path
  private let folder: Path
  private let descriptor: Int32
  private var isCommitted = false

  init(replacing path: Path) throws(SafetensorsError) {
    let random = String(UInt32.random(in: 0...UInt32.max), radix: 16)
    self.path = path
    folder = path.folder
    temporaryPath = folder.appending(".\(path.name).\(getpid()).\(random).tmp")
    descriptor = open(temporaryPath.cString, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system(call: "open", code: errno) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if !isCommitted { unlink(temporaryPath.cString) }
  }

  /// Appends bytes; goes on after short and interrupted writes.
  func write(_ bytes: UnsafeRawBufferPointer) -> Result<Void, SafetensorsError> {
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = UnsafeRawBufferPointer(rebasing: rest)
      let count = Glibc.write(descriptor, chunk.baseAddress, chunk.count)
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return .failure(.system(call: "write", code: errno))
      }
    }
    return .success(())
  }

  /// Syncs the file, gives it its final name, replacing what had it, and syncs the folder.
  func commit() throws(SafetensorsError) {
    guard fsync(descriptor) == 0 else { throw .system(call: "fsync", code: errno) }
    guard rename(temporaryPath.cString, path.cString) == 0 else {
      throw .system(call: "rename", code: errno)
    }
    isCommitted = true
    let directory = open(folder.cString, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw .system(call: "open", code: errno) }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw .system(call: "fsync", code: errno) }
  }
}
