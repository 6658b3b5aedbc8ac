import Images
import JSON
import Paths
import Pictures
import Restoration

/// A file of texts about the images of a folder, as `restore` reads it, that grows: what it holds
/// already stays.
struct TextsFile {
  private static let maximumBytes = 64 << 20

  private let path: Path
  private var members: [String: JSONValue] = [:]
  private var images: [String: JSONValue] = [:]

  /// Reads the file if there is one.
  init(_ path: Path) throws(LimpidError) {
    self.path = path
    guard path.kind != nil else { return }
    do {
      let bytes = try InputFile.read(path, limit: Self.maximumBytes)
      guard case .object(let members) = try JSONValue(parsing: bytes) else {
        throw LimpidError(.badData, "it is no JSON object")
      }
      self.members = members
      if case .object(let images)? = members["images"] { self.images = images }
    } catch let error as JSONFault {
      throw LimpidError(.badData, "\(path): \(error)")
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  /// Whether there is a text of this kind about an image.
  func has(_ kind: TextKind, about image: String) -> Bool {
    if case .object(let texts)? = images[image] { texts[kind.rawValue] != nil } else { false }
  }

  mutating func set(_ kind: TextKind, about image: String, to text: String) {
    var texts: [String: JSONValue] = [:]
    if case .object(let known)? = images[image] { texts = known }
    texts[kind.rawValue] = .string(text)
    images[image] = .object(texts)
    members["images"] = .object(images)
  }

  /// Writes the whole file; it is there whole or as it was.
  func write() throws(LimpidError) {
    do {
      try OutputFile.createDirectory(of: path)
      let text = JSON(.object(members)).encoded + "\n"
      try OutputFile(path, overwrite: true).write(Array(text.utf8))
    } catch {
      throw LimpidError(error, subject: path)
    }
  }
}

extension JSON {
  /// The same value, members in the order of their names.
  init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .boolean(let flag): self = .flag(flag)
    case .whole(let number): self = .integer(number)
    case .real(let number): self = .number(number)
    case .string(let text): self = .text(text)
    case .array(let elements): self = .list(elements.map { JSON($0) })
    case .object(let members):
      self = .object(members.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })
    }
  }
}
