import Glibc

/// What the file system says of a path, behind links.
extension Path {
  package enum Kind: String, Sendable, CustomStringConvertible {
    case folder
    /// A regular one.
    case file
    case pipe, socket, device

    package var description: String { rawValue }

    init(mode: mode_t) {
      switch mode & S_IFMT {
      case S_IFDIR: self = .folder
      case S_IFREG: self = .file
      case S_IFIFO: self = .pipe
      case S_IFSOCK: self = .socket
      default: self = .device
      }
    }
  }

  /// A file whatever it is called.
  package struct Identity: Hashable, Sendable {
    let device: UInt
    let inode: UInt
  }

  /// Size and time of last change, which together tell whether a file is still the same.
  package struct Stamp: Hashable, Sendable {
    /// Bytes.
    package let size: Int
    /// Nanoseconds since 1970.
    package let modified: Int
  }

  /// A file as it is: whatever is done to it makes another one.
  package struct Revision: Hashable, Sendable {
    let identity: Identity
    let stamp: Stamp
    /// When anything was done to it the last time, in nanoseconds since 1970.
    package let touched: Int
  }

  /// nil when there is nothing of that name, or nothing that can be looked at; see ``obstacle``.
  package var kind: Kind? { status.map { Kind(mode: $0.st_mode) } }

  package var identity: Identity? { status?.identity }

  /// Whether a descriptor is open on what is there now.
  package func isOpen(as descriptor: Int32) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && identity == status.identity
  }

  package var stamp: Stamp? { status?.stamp }

  package var revision: Revision? {
    status.map {
      Revision(identity: $0.identity, stamp: $0.stamp, touched: $0.st_ctim.nanoseconds)
    }
  }

  /// Why there is no ``kind``, in words behind a colon.
  package var obstacle: String {
    var status = stat()
    guard stat(cString, &status) != 0 else { return "it has appeared meanwhile" }
    switch errno {
    case ENOENT: return isLink ? "it is a link to nothing" : "no such file or folder"
    case ELOOP: return "it is a link that leads to itself"
    case let code: return String(cString: strerror(code))
    }
  }

  /// Whether the name itself is a symbolic link's.
  package var isLink: Bool {
    var status = stat()
    return lstat(cString, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// The names in a folder, in no order; nil when it cannot be read, which `errno` then explains.
  package var entries: [Path]? {
    guard let stream = opendir(cString) else { return nil }
    defer { closedir(stream) }
    var names: [Path] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { Path(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// What a symbolic link says; nil for what is none.
  package var linkTarget: Path? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    guard readlink(cString, &bytes, bytes.count - 1) > 0 else { return nil }
    return Path(cString: bytes)
  }

  /// Whether both are there, on one file system.
  package func sharesFileSystem(with other: Path) -> Bool {
    guard let own = identity else { return false }
    return own.device == other.identity?.device
  }

  /// Without symbolic links, `.` and `..`; nil where that cannot be told, which `errno` explains.
  package var resolved: Path? {
    guard let found = realpath(cString, nil) else { return nil }
    defer { free(found) }
    return Path(cString: found)
  }

  private var status: stat? {
    var status = stat()
    return stat(cString, &status) == 0 ? status : nil
  }
}

extension stat {
  fileprivate var identity: Path.Identity {
    Path.Identity(device: UInt(st_dev), inode: UInt(st_ino))
  }

  fileprivate var stamp: Path.Stamp {
    Path.Stamp(size: Int(st_size), modified: st_mtim.nanoseconds)
  }
}

extension timespec {
  /// Since 1970.
  fileprivate var nanoseconds: Int { Int(tv_sec) &* 1_000_000_000 &+ Int(tv_nsec) }
}
