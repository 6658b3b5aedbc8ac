import Glibc

/// Questions about paths.
package enum Path {
  package enum Kind: Sendable {
    case folder
    /// Anything else that exists.
    case file
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

  /// nil when there is nothing of that name.
  package static func kind(_ path: String) -> Kind? {
    status(path).map { $0.st_mode & S_IFMT == S_IFDIR ? .folder : .file }
  }

  package static func identity(_ path: String) -> Identity? {
    status(path).map { Identity(device: UInt($0.st_dev), inode: UInt($0.st_ino)) }
  }

  package static func stamp(_ path: String) -> Stamp? {
    status(path).map {
      Stamp(
        size: Int($0.st_size),
        modified: Int($0.st_mtim.tv_sec) &* 1_000_000_000 &+ Int($0.st_mtim.tv_nsec))
    }
  }

  /// The names in a folder, in no order; nil when it cannot be read.
  package static func entries(of folder: String) -> [String]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  package static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// What stands before the name: `.` when nothing does.
  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  package static func joined(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// A name without its last ending, and that ending without the dot; a leading dot is no ending.
  package static func split(_ name: String) -> (stem: String, ending: String) {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return (name, "") }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }
}
