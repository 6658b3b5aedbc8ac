import Glibc
import Paths

/// A regular file open for reading; closed with the last reference.
final class OpenFile: Sendable {
  /// Size in bytes when the file was opened.
  let byteCount: Int
  private let descriptor: Int32

  /// Opens a regular file, following symbolic links; never blocks on a pipe.
  init(path: Path) throws(SafetensorsError) {
    let descriptor = open(path.cString, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(call: "open", code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .system(call: "fstat", code: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG, let size = Int(exactly: status.st_size) else {
      close(descriptor)
      throw .notRegularFile
    }
    self.descriptor = descriptor
    byteCount = size
  }

  deinit { close(descriptor) }

  /// Fills `destination` with the bytes from `offset` on.
  func read(
    at offset: Int, into destination: UnsafeMutableRawBufferPointer
  ) throws(SafetensorsError) {
    try readFully(at: offset, into: destination) { [descriptor] memory, position in
      let count = pread(descriptor, memory.baseAddress, memory.count, position)
      return (count, errno)
    }
  }
}

/// Repeats a positional read until `destination` is full: short reads go on where they stopped
/// and interrupted ones (EINTR) start again.
/// - Parameter read: reads at most the buffer's size at the given offset; returns the count of
///   bytes, 0 at the end of the file or -1, and `errno`.
package func readFully(
  at offset: Int, into destination: UnsafeMutableRawBufferPointer,
  read: (UnsafeMutableRawBufferPointer, Int) -> (count: Int, code: Int32)
) throws(SafetensorsError) {
  let (end, overflow) = offset.addingReportingOverflow(destination.count)
  guard offset >= 0, !overflow else { throw .system(call: "pread", code: EOVERFLOW) }
  var rest = destination[...]
  while !rest.isEmpty {
    let position = end &- rest.count
    let (count, code) = read(UnsafeMutableRawBufferPointer(rebasing: rest), position)
    if count < 0 {
      guard code == EINTR else { throw .system(call: "pread", code: code) }
    } else {
      guard count > 0, count <= rest.count else { throw .shrank(reading: position..<end) }
      rest = rest.dropFirst(count)
    }
  }
}
