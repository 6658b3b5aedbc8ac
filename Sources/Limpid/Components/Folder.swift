import Checkpoints
import Glibc

/// A folder with the files of a model. Nothing outside of it is opened through it, except what
/// belongs to it in a cache of Hugging Face's hub: `NAME/snapshots/REVISION` links to `NAME/blobs`.
package struct Folder: Sendable {
  /// What a person called it.
  package let name: String
  /// Where it is, without symbolic links.
  private let path: String

  /// Whether there is a folder at `path`.
  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  package init(_ name: String) throws(LimpidError) {
    guard let path = Self.resolved(name) else {
      throw LimpidError(.noInput, "\(name): \(String(cString: strerror(errno)))")
    }
    guard Self.exists(path) else { throw LimpidError(.noInput, "\(name): no folder") }
    self.name = name
    self.path = path
  }

  private init(name: String, path: String) {
    self.name = name
    self.path = path
  }

  /// What a person would call the file `entry`.
  package func called(_ entry: String) -> String {
    name.hasSuffix("/") ? name + entry : name + "/" + entry
  }

  /// Whether there is something of this name.
  package func has(_ entry: String) -> Bool { access(path + "/" + entry, F_OK) == 0 }

  package func folder(_ entry: String) throws(LimpidError) -> Folder {
    let inner = try located(entry)
    guard Self.exists(inner) else { throw LimpidError(.noInput, "\(called(entry)): no folder") }
    return Folder(name: called(entry), path: inner)
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
  private var root: String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let snapshots = parts.lastIndex(of: "snapshots"), snapshots + 1 < parts.count else {
      return path
    }
    return parts[..<snapshots].joined(separator: "/")
  }

  /// The path of an entry. One that lies elsewhere, by `..` or a symbolic link, is refused.
  package func located(_ entry: String) throws(LimpidError) -> String {
    guard let found = Self.resolved(path + "/" + entry) else {
      throw LimpidError(.noInput, "\(called(entry)): \(String(cString: strerror(errno)))")
    }
    guard found.hasPrefix(root == "/" ? root : root + "/") else {
      throw LimpidError(.badData, "\(called(entry)): it lies outside of \(name)")
    }
    return found
  }

  private static func resolved(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(validatingCString: found)
  }
}
