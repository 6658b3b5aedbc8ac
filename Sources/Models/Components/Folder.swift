import Checkpoints
import Glibc
import Paths
import Pictures

/// A folder with the files of a model. Nothing outside of it is opened through it, except what
/// belongs to it in a cache of Hugging Face's hub: `NAME/snapshots/REVISION` links to `NAME/blobs`.
package struct Folder: Sendable {
  /// What a person called it.
  package let name: String
  /// Where it is, without symbolic links.
  let path: Path
  /// SHA-256 of the files that may be opened, by their paths below the folder; nil for all files.
  let listed: [String: String]?

  /// Whether there is a folder at `path`.
  package static func exists(_ path: Path) -> Bool { path.kind == .folder }

  package init(_ name: Path) throws(LimpidError) {
    guard let path = name.resolved else {
      throw LimpidError(.noInput, "\(name): \(String(cString: strerror(errno)))")
    }
    guard Self.exists(path) else { throw LimpidError(.noInput, "\(name): no folder") }
    (self.name, self.path, listed) = (name.text, path, nil)
  }

  private init(name: String, path: Path, listed: [String: String]?) {
    (self.name, self.path, self.listed) = (name, path, listed)
  }

  /// The same folder with these files only.
  func listing(_ files: [String: String]) -> Folder {
    Folder(name: name, path: path, listed: files)
  }

  /// The path of a folder that lies beside this one.
  func beside(_ name: String) -> Path { path.folder.appending(Path(name)) }

  /// What a person would call the file `entry`.
  package func called(_ entry: String) -> String {
    name.hasSuffix("/") ? name + entry : name + "/" + entry
  }

  /// Whether there is a file or a folder of this name.
  package func has(_ entry: String) -> Bool {
    isListed(entry) && access(path.appending(Path(entry)).cString, F_OK) == 0
  }

  /// The names of what is in it, sorted, as far as it may be opened.
  var entries: [String] { (path.entries ?? []).map(\.text).filter(isListed).sorted() }

  private func isListed(_ entry: String) -> Bool {
    guard let listed else { return true }
    return listed[entry] != nil || listed.keys.contains { $0.hasPrefix(entry + "/") }
  }

  package func folder(_ entry: String) throws(LimpidError) -> Folder {
    let inner = try located(entry)
    guard Self.exists(inner) else { throw LimpidError(.noInput, "\(called(entry)): no folder") }
    let prefix = entry + "/"
    let files = listed.map { files in
      Dictionary(
        uniqueKeysWithValues: files.filter { $0.key.hasPrefix(prefix) }
          .map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }
    return Folder(name: called(entry), path: inner, listed: files)
  }

  package func bytes(_ entry: String, limit: Int) throws(LimpidError) -> [UInt8] {
    do {
      return try SmallFile.bytes(path: try located(entry), limit: limit)
    } catch {
      throw LimpidError(error, subject: called(entry))
    }
  }

  package func tensors(_ entry: String) throws(LimpidError) -> SafetensorsFile {
    do {
      return try SafetensorsFile(path: try located(entry))
    } catch {
      throw LimpidError(error, subject: called(entry))
    }
  }

  /// The part of the path within which links may lead.
  private var root: Path {
    let parts = path.parts
    guard let snapshots = parts.lastIndex(of: "snapshots"), snapshots + 1 < parts.count else {
      return path
    }
    return parts[..<snapshots].reduce("/") { $0.appending($1) }
  }

  /// The path of an entry. One that lies elsewhere, by `..` or a symbolic link, is refused.
  package func located(_ entry: String) throws(LimpidError) -> Path {
    guard let found = path.appending(Path(entry)).resolved else {
      throw LimpidError(.noInput, "\(called(entry)): \(String(cString: strerror(errno)))")
    }
    guard isListed(entry) else {
      throw LimpidError(.badData, "\(called(entry)): its bundle does not name it")
    }
    guard found.below(root) != nil else {
      throw LimpidError(.badData, "\(called(entry)): it lies outside of \(name)")
    }
    return found
  }
}
