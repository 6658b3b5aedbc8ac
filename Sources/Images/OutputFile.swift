import CodecShims
import Glibc
import Paths

/// A file that appears whole or not at all.
///
/// Bytes go to `.<name>.<pid>.tmp` in the same directory, reach the disk, and are then renamed.
/// Nothing is left behind on failure.
package struct OutputFile: Sendable {
  package let path: Path
  private let overwrite: Bool
  private let inputs: [Path]
  /// What an existing file is kept as when the new one takes its place.
  private let kept: Path?

  /// Checks what can be known before any work is done.
  /// - Parameters:
  ///   - overwrite: whether an existing file may be replaced.
  ///   - inputs: files that must never be replaced, under whatever name they are reached.
  ///   - kept: a second name that an existing file gets before it is replaced.
  /// - Throws: a ``FileFault`` of kind `exists`, `sameFile` or `cannotCreate`.
  package init(
    _ path: Path, overwrite: Bool = false, protecting inputs: [Path] = [],
    keepingOldAs kept: Path? = nil
  ) throws(ImageError) {
    self.path = path
    self.overwrite = overwrite
    self.inputs = inputs
    self.kept = kept
    guard let last = path.bytes.last, last != UInt8(ascii: "/"), ![".", ".."].contains(path.name)
    else { throw fault(.cannotCreate, "it does not name a file") }
    try checkTarget()
    guard access(path.folder.cString, F_OK) == 0 else {
      throw fault(.cannotCreate, "the directory \(path.folder) does not exist")
    }
    guard access(path.folder.cString, W_OK | X_OK) == 0 else {
      throw .file(path, .cannotCreate, errno: errno)
    }
  }

  /// Creates the directory of `path` and its parents where they are missing.
  package static func createDirectory(of path: Path) throws(ImageError) {
    let directory = path.folder
    guard directory != "/", directory.kind == nil else { return }
    try createDirectory(of: directory)
    guard mkdir(directory.cString, 0o777) == 0 || errno == EEXIST else {
      throw .file(directory, .cannotCreate, errno: errno)
    }
  }

  /// Writes the file. The target is checked again, since it may have appeared meanwhile.
  /// - Parameters:
  ///   - modified: when it is to have been changed last, in nanoseconds since 1970; nil for now.
  ///   - announce: called when the bytes are on disk and about to get their name; what it
  ///     throws ends the matter.
  package func write(
    _ bytes: [UInt8], dated modified: Int? = nil, announcing announce: () throws -> Void = {}
  ) throws {
    try write(dated: modified, announcing: announce) { descriptor in
      let failure = Self.writeAll(bytes, to: descriptor)
      guard failure == 0 else { throw ImageError.file(path, .transfer, errno: failure) }
    }
  }

  /// As ``write(_:dated:announcing:)`` of what `fill` writes to a descriptor.
  package func write(
    dated modified: Int? = nil, announcing announce: () throws -> Void = {},
    filling fill: (Int32) throws -> Void
  ) throws {
    try checkTarget()
    let (descriptor, temporary) = try createTemporary()
    defer { close(descriptor) }
    do {
      try fill(descriptor)
      try finish(descriptor, dated: modified)
      try announce()
      try keepOld()
      try publish(temporary)
    } catch {
      unlink(temporary.cString)
      throw error
    }
    try syncDirectory()
  }

  /// Gives the file that will be replaced its second name, unless it has it from a run before.
  private func keepOld() throws(ImageError) {
    guard let kept, link(path.cString, kept.cString) != 0 else { return }
    let code = errno
    guard code == EEXIST, let old = path.identity, kept.identity == old else {
      throw .file(kept, .cannotCreate, errno: code)
    }
  }

  private func fault(_ kind: FileFault.Kind, _ detail: String) -> ImageError {
    .file(FileFault(kind: kind, path: path, detail: detail))
  }

  func checkTarget() throws(ImageError) {
    try Self.requireRegular(path)
    guard path.kind != nil || path.isLink else { return }
    if let identity = path.identity, inputs.contains(where: { $0.identity == identity }) {
      throw fault(.sameFile, "it is the input itself, which is never overwritten")
    }
    if !overwrite { throw existing }
  }

  private var existing: ImageError {
    fault(.exists, "it exists already and overwriting was not asked for")
  }

  /// Opens a new file of the temporary name, numbered if a crashed process left one behind.
  private func createTemporary() throws(ImageError) -> (Int32, Path) {
    let longest = 220
    let stem = Path(bytes: path.name.bytes.prefix(longest))
    for attempt in 0..<100 {
      let number = attempt == 0 ? "" : "-\(attempt)"
      let temporary = path.folder.appending(".\(stem).\(getpid())\(number).tmp")
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
      let descriptor = retrying { open(temporary.cString, flags, 0o666) }
      if descriptor >= 0 {
        // Tells sweepers on other machines that the owner lives; it ends with the descriptor.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
        return (descriptor, temporary)
      }
      guard errno == EEXIST else { throw .file(path, .cannotCreate, errno: errno) }
    }
    throw .file(path, .cannotCreate, errno: EEXIST)
  }

  /// Dates and syncs. A file system that keeps no times is left at that.
  func finish(_ descriptor: Int32, dated modified: Int?) throws(ImageError) {
    if let modified {
      let (seconds, rest) = modified.quotientAndRemainder(dividingBy: 1_000_000_000)
      let floor = rest < 0 ? -1 : 0
      let change = timespec(tv_sec: seconds + floor, tv_nsec: rest - floor * 1_000_000_000)
      _ = futimens(descriptor, [change, change])
    }
    guard retrying({ fsync(descriptor) }) == 0 else {
      throw .file(path, .transfer, errno: errno)
    }
  }

  /// Writes every byte, however many calls that takes. Returns 0 or the error number.
  package static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = retrying {
          Glibc.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
        }
        guard count > 0 else { return count < 0 ? errno : EIO }
        done += count
      }
      return 0
    }
  }

  func publish(_ temporary: Path) throws(ImageError) {
    if overwrite {
      guard rename(temporary.cString, path.cString) == 0 else {
        throw .file(path, .cannotCreate, errno: errno)
      }
      return
    }
    switch limpid_rename_exclusively(temporary.cString, path.cString) {
    case 0: return
    case EEXIST: throw existing
    case EINVAL, ENOSYS: try publishThroughPlaceholder(temporary)
    case let code: throw .file(path, .cannotCreate, errno: code)
    }
  }

  /// For file systems without RENAME_NOREPLACE: claims the name with an empty file of our own,
  /// then renames over that.
  private func publishThroughPlaceholder(_ temporary: Path) throws(ImageError) {
    let placeholder = retrying {
      open(path.cString, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard placeholder >= 0 else {
      throw errno == EEXIST ? existing : .file(path, .cannotCreate, errno: errno)
    }
    close(placeholder)
    guard rename(temporary.cString, path.cString) == 0 else {
      let code = errno
      unlink(path.cString)
      throw .file(path, .cannotCreate, errno: code)
    }
  }

  /// Makes the rename durable. File systems that cannot sync a directory are left at that.
  func syncDirectory() throws(ImageError) {
    let descriptor = retrying { open(path.folder.cString, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard retrying({ fsync(descriptor) }) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw .file(path, .transfer, errno: errno)
    }
  }
}
