import Glibc
import Images
import Pictures

/// An image that was asked for.
package struct FoundImage: Hashable, Sendable {
  /// Where it is read from.
  package let path: String
  /// Its place below the folder that it was found in; the name alone for an image that was named.
  package let relative: String
}

/// Which images the command line's inputs stand for.
package struct InputSearch: Sendable {
  /// Whether folders in folders are searched.
  package var isRecursive = true
  /// Patterns of the shell, of which one must fit an image's relative path or name; all fit when
  /// there is none. `*` also stands for slashes.
  package var include: [String] = []
  /// Patterns of which none may fit.
  package var exclude: [String] = []
  /// A folder that is not searched: the outputs', which may lie in the inputs'.
  package var passedOver: String?

  package init() {}

  /// The images at files, folders and patterns, in the order of `inputs`, those of a folder by
  /// relative path.
  /// - Throws: ``LimpidError`` for whatever does not exist, cannot be read or holds no images.
  package func images(at inputs: [String]) throws(LimpidError) -> [FoundImage] {
    var images: [FoundImage] = []
    for input in inputs { images += try find(input) }
    return images
  }

  /// The images of a list, which need not exist: what is missing fails by itself.
  package func images(listed paths: [String]) -> [FoundImage] {
    paths.map { FoundImage(path: $0, relative: Self.relative($0)) }.filter(isWanted)
  }

  private func find(_ input: String) throws(LimpidError) -> [FoundImage] {
    switch Path.kind(input) {
    case .file: return [FoundImage(path: input, relative: Path.name(of: input))]
    case .folder: return try images(in: input)
    case nil:
      let matches = Self.matches(of: input)
      guard !matches.isEmpty else {
        throw LimpidError(.noInput, "\(input): no such file or folder")
      }
      return try images(at: matches)
    }
  }

  private func images(in folder: String) throws(LimpidError) -> [FoundImage] {
    var found: [FoundImage] = []
    var visited: Set<Path.Identity> = []
    if let passedOver, let output = Path.identity(passedOver), output != Path.identity(folder) {
      visited.insert(output)
    }
    try search(folder, below: "", &visited, &found)
    found = found.filter(isWanted)
    guard !found.isEmpty else {
      throw LimpidError(.noInput, "\(folder): the folder holds no images that are asked for")
    }
    return found.sorted { $0.relative < $1.relative }
  }

  /// Hidden names are passed over. A folder that links make reachable twice is searched once.
  private func search(
    _ folder: String, below prefix: String, _ visited: inout Set<Path.Identity>,
    _ found: inout [FoundImage]
  ) throws(LimpidError) {
    guard let identity = Path.identity(folder), visited.insert(identity).inserted else { return }
    guard let names = Path.entries(of: folder) else {
      throw LimpidError(.noInput, "\(folder): the folder cannot be read")
    }
    for name in names.sorted() where !name.hasPrefix(".") {
      let (path, relative) = (Path.joined(folder, name), Path.joined(prefix, name))
      switch Path.kind(path) {
      case .folder:
        if isRecursive { try search(path, below: relative, &visited, &found) }
      case .file:
        guard ImageFormat(forOutput: name) != nil else { continue }
        found.append(FoundImage(path: path, relative: relative))
      case nil: continue
      }
    }
  }

  private func isWanted(_ image: FoundImage) -> Bool {
    func fits(_ pattern: String) -> Bool {
      fnmatch(pattern, image.relative, 0) == 0
        || fnmatch(pattern, Path.name(of: image.relative), 0) == 0
    }
    return (include.isEmpty || include.contains(where: fits)) && !exclude.contains(where: fits)
  }

  /// A listed path as it is kept below the output; of one that leaves its folder, the name alone.
  private static func relative(_ path: String) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." }
    guard !path.hasPrefix("/"), !parts.contains("..") else { return Path.name(of: path) }
    return parts.joined(separator: "/")
  }

  /// What a pattern of the shell stands for, in order.
  private static func matches(of pattern: String) -> [String] {
    guard pattern.contains(where: { "*?[".contains($0) }) else { return [] }
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern, 0, nil, &result) == 0, let paths = result.gl_pathv else { return [] }
    return (0..<Int(result.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  }
}
