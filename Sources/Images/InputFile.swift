import Glibc
import Paths

/// Reading whole regular files.
package enum InputFile {
  /// The file's bytes.
  ///
  /// Directories, pipes and devices are refused, and so is a file larger than `limit` bytes,
  /// before anything is read.
  package static func read(_ path: Path, limit: Int) throws(ImageError) -> [UInt8] {
    // Without O_NONBLOCK, opening a pipe would wait for its other end.
    let descriptor = retrying { open(path.cString, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw openFault(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .file(path, .transfer, errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .file(FileFault(kind: .unusable, path: path, detail: kind(of: status.st_mode)))
    }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw .tooLarge("the file has \(size) bytes, the limit is \(limit)")
    }
    return try contents(descriptor, size: size, path: path)
  }

  private static func contents(_ descriptor: Int32, size: Int, path: Path)
    throws(ImageError) -> [UInt8]
  {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = retrying { Glibc.read(descriptor, buffer.baseAddress! + count, size - count) }
        if got < 0 { failure = errno }
        guard got > 0 else { return }
        count += got
      }
    }
    guard failure == 0 else { throw .file(path, .transfer, errno: failure) }
    return bytes
  }

  private static func openFault(_ path: Path) -> ImageError {
    let code = errno
    switch code {
    case ENOENT, ENOTDIR, ELOOP:
      return .file(FileFault(kind: .missing, path: path, detail: missing(path)))
    case ENXIO:
      return .file(FileFault(kind: .unusable, path: path, detail: kind(of: S_IFSOCK)))
    case EIO, EMFILE, ENFILE, ENOMEM: return .file(path, .transfer, errno: code)
    default: return .file(path, .unusable, errno: code)
    }
  }

  /// Of a name that leads to nothing.
  private static func missing(_ path: Path) -> String {
    path.isLink ? path.obstacle : "no such file"
  }

  private static func kind(of mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "it is a directory, not an image file"
    case S_IFIFO: "it is a pipe, not an image file"
    case S_IFSOCK: "it is a socket, not an image file"
    default: "it is a device, not an image file"
    }
  }
}

/// Repeats a system call for as long as a signal interrupts it.
package func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}

extension ImageError {
  /// A file fault described by the system's own words.
  static func file(_ path: Path, _ kind: FileFault.Kind, errno code: Int32) -> ImageError {
    let kind =
      switch code {
      case ENOSPC, EDQUOT: FileFault.Kind.noSpace
      case EROFS: FileFault.Kind.readOnly
      default: kind
      }
    return .file(FileFault(kind: kind, path: path, detail: String(cString: strerror(code))))
  }
}
