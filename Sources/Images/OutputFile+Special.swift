import Paths

extension OutputFile {
  /// Outputs are regular files or nothing: what else has the name is never replaced.
  /// - Throws: a ``FileFault`` of kind `exists` for a folder and `special` for a device, a pipe, a
  ///   socket, or a file by which the system shows something of itself, such as `/dev/stdout`.
  package static func requireRegular(_ path: Path) throws(ImageError) {
    let kind = path.kind
    guard kind != .folder else {
      throw .file(FileFault(kind: .exists, path: path, detail: "it is a directory"))
    }
    if let kind, kind != .file {
      throw .file(
        FileFault(kind: .special, path: path, detail: "it is a \(kind), which is not replaced"))
    }
    guard kind == nil && !path.isLink || !leadsIntoSystem(path) else {
      throw .file(
        FileFault(
          kind: .special, path: path,
          detail: "it stands for an open stream or for the system, which is not replaced"))
    }
  }

  /// Whether the name, or a link that it leads through, lies in `/proc`, `/sys` or the like.
  private static func leadsIntoSystem(_ path: Path) -> Bool {
    var path = path
    for _ in 0..<40 {
      if systems.contains(where: path.folder.sharesFileSystem) { return true }
      guard let target = path.linkTarget else { return false }
      path = target.hasPrefix("/") ? target : path.folder.appending(target)
    }
    return false
  }

  private static let systems: [Path] = ["/proc", "/sys"]
}
