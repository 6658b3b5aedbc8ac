import Glibc

/// Questions about paths.
enum Path {
  enum Kind {
    case folder
    /// Anything else that exists.
    case file
  }

  /// A file whatever it is called.
  struct Identity: Hashable {
    let device: UInt
    let inode: UInt
  }

  /// nil when there is nothing of that name.
  static func kind(_ path: String) -> Kind? {
    status(path).map { $0.st_mode & S_IFMT == S_IFDIR ? .folder : .file }
  }

  static func identity(_ path: String) -> Identity? {
    status(path).map { Identity(device: UInt($0.st_dev), inode: UInt($0.st_ino)) }
  }

  /// The names in a folder, in no order; nil when it cannot be read.
  static func entries(of folder: String) -> [String]? {
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

  static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  static func joined(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }
}
