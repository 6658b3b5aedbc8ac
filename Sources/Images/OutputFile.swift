import CodecShims
import Glibc

/// A file that appears whole or not at all.
///
/// Bytes go to `.<name>.<pid>.tmp` in the same directory, reach the disk, and are then renamed.
/// Nothing is left behind on failure.
package struct OutputFile: Sendable {
  package let path: String
  private let overwrite: Bool
  private let inputs: [String]
  /// What an existing file is kept as when the new one takes its place.
  private let kept: String?

  /// Checks what can be known before any work is done.
  /// - Parameters:
  ///   - overwrite: whether an existing file may be replaced.
  ///   - inputs: files that must never be replaced, under whatever name they are reached.
  ///   - kept: a second name that an existing file gets before it is replaced.
  /// - Throws: a ``FileFault`` of kind `exists`, `sameFile` or `cannotCreate`.
  package init(
    _ path: String, overwrite: Bool = false, protecting inputs: [String] = [],
    keepingOldAs kept: String? = nil
  ) throws(ImageError) {
    self.path = path
    self.overwrite = overwrite
    self.inputs = inputs
    self.kept = kept
    guard !name.isEmpty, name != ".", name != ".." else {
      throw fault(.cannotCreate, "it does not name a file")
    }
    try checkTarget()
    guard access(directory, F_OK) == 0 else {
      throw fault(.cannotCreate, "the directory \(directory) does not exist")
    }
    guard access(directory, W_OK | X_OK) == 0 else {
      throw .file(path, .cannotCreate, errno: errno)
    }
  }

  /// Creates the directory of `path` and its parents where they are missing.
  package static func createDirectory(of path: String) throws(ImageError) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let directory = String(path[..<slash])
    var status = stat()
    if stat(directory, &status) == 0 { return }
    try createDirectory(of: directory)
    guard mkdir(directory, 0o777) == 0 || errno == EEXIST else {
      throw .file(directory, .cannotCreate, errno: errno)
    }
  }

  /// Writes the file. The target is checked again, since it may have appeared meanwhile.
  /// - Parameter announce: called when the bytes are on disk and about to get their name; what it
  ///   throws ends the matter.
  package func write(_ bytes: [UInt8], announcing announce: () throws -> Void = {}) throws {
    try checkTarget()
    let (descriptor, temporary) = try createTemporary()
    defer { close(descriptor) }
    do {
      try fill(descriptor, bytes)
      try announce()
      try keepOld()
      try publish(temporary)
    } catch {
      unlink(temporary)
      throw error
    }
    try syncDirectory()
  }

  /// Gives the file that will be replaced its second name, unless it has it from a run before.
  private func keepOld() throws(ImageError) {
    guard let kept, link(path, kept) != 0 else { return }
    let code = errno
    var (old, second) = (stat(), stat())
    let isKept =
      code == EEXIST && stat(path, &old) == 0 && stat(kept, &second) == 0
      && old.st_dev == second.st_dev && old.st_ino == second.st_ino
    guard isKept else { throw .file(kept, .cannotCreate, errno: code) }
  }

  private var name: Substring {
    guard let slash = path.lastIndex(of: "/") else { return path[...] }
    return path[path.index(after: slash)...]
  }

  private var directory: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private func fault(_ kind: FileFault.Kind, _ detail: String) -> ImageError {
    .file(FileFault(kind: kind, path: path, detail: detail))
  }

  private func checkTarget() throws(ImageError) {
    var target = stat()
    guard lstat(path, &target) == 0 else { return }
    var resolved = target
    if stat(path, &resolved) != 0 { resolved = target }
    for input in inputs {
      var source = stat()
      guard stat(input, &source) == 0 else { continue }
      if source.st_dev == resolved.st_dev, source.st_ino == resolved.st_ino {
        throw fault(.sameFile, "it is the input itself, which is never overwritten")
      }
    }
    if resolved.st_mode & S_IFMT == S_IFDIR { throw fault(.exists, "it is a directory") }
    if !overwrite { throw existing }
  }

  private var existing: ImageError {
    fault(.exists, "it exists already and overwriting was not asked for")
  }

  /// Opens a new file of the temporary name, numbered if a crashed process left one behind.
  private func createTemporary() throws(ImageError) -> (Int32, String) {
    let longest = 220
    var stem = name
    while stem.utf8.count > longest { stem.removeLast() }
    let base = directory == "/" ? "/" : directory + "/"
    for attempt in 0..<100 {
      let number = attempt == 0 ? "" : "-\(attempt)"
      let temporary = "\(base).\(stem).\(getpid())\(number).tmp"
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
      let descriptor = retrying { open(temporary, flags, 0o666) }
      if descriptor >= 0 {
        // Tells sweepers on other machines that the owner lives; it ends with the descriptor.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
        return (descriptor, temporary)
      }
      guard errno == EEXIST else { throw .file(path, .cannotCreate, errno: errno) }
    }
    throw .file(path, .cannotCreate, errno: EEXIST)
  }

  /// Writes and syncs.
  private func fill(_ descriptor: Int32, _ bytes: [UInt8]) throws(ImageError) {
    let failure = Self.writeAll(bytes, to: descriptor)
    let synced = failure != 0 || retrying { fsync(descriptor) } == 0 ? failure : errno
    guard synced == 0 else { throw .file(path, .transfer, errno: synced) }
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

  private func publish(_ temporary: String) throws(ImageError) {
    if overwrite {
      guard rename(temporary, path) == 0 else { throw .file(path, .cannotCreate, errno: errno) }
      return
    }
    switch limpid_rename_exclusively(temporary, path) {
    case 0: return
    case EEXIST: throw existing
    case EINVAL, ENOSYS: try publishThroughPlaceholder(temporary)
    case let code: throw .file(path, .cannotCreate, errno: code)
    }
  }

  /// For file systems without RENAME_NOREPLACE: claims the name with an empty file of our own,
  /// then renames over that.
  private func publishThroughPlaceholder(_ temporary: String) throws(ImageError) {
    let placeholder = retrying { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    guard placeholder >= 0 else {
      throw errno == EEXIST ? existing : .file(path, .cannotCreate, errno: errno)
    }
    close(placeholder)
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(path)
      throw .file(path, .cannotCreate, errno: code)
    }
  }

  /// Makes the rename durable. File systems that cannot sync a directory are left at that.
  private func syncDirectory() throws(ImageError) {
    let descriptor = retrying { open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard retrying({ fsync(descriptor) }) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw .file(path, .transfer, errno: errno)
    }
  }
}
