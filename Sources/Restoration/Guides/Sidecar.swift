import Images
import JSON
import Paths
import Pictures
import Synchronization

/// What a JSON file beside images says about one of them: texts under the names of their kinds,
/// `degradation` and `prompt` also as lists, and `reference_image`, a path from the file's folder.
/// Other members are not looked at.
struct Sidecar: Sendable {
  private(set) var texts = ImageTexts()
  /// From where this process is.
  private(set) var referenceImage: Path?

  /// One image's own file is called like it, with this ending.
  static let ending = "json"
  /// Of all images of a folder: texts for each of them, and an object `images` with more by name.
  static let folderName = "texts.json"
  private static let maximumBytes = 64 << 20

  init() {}

  /// - Parameter folder: that the file lies in.
  init(_ members: [String: JSONValue], in folder: Path) throws(LimpidError) {
    for kind in TextKind.allCases {
      switch members[kind.rawValue] {
      case nil: break
      case .string(let text)?: texts[kind] = [try ImageTexts.line(text)]
      case .array(let values)? where kind != .content && !values.isEmpty:
        texts[kind] = try Self.lines(values, kind)
      default: throw LimpidError(.badData, "\(kind.rawValue) is no text")
      }
    }
    switch members["reference_image"] {
    case nil: break
    case .string(let path)? where path.utf8.first == UInt8(ascii: "/"):
      referenceImage = Path(path)
    case .string(let path)? where !path.isEmpty:
      referenceImage = folder.appending(Path(path))
    default: throw LimpidError(.badData, "reference_image is no path")
    }
  }

  private static func lines(_ values: [JSONValue], _ kind: TextKind) throws(LimpidError) -> [String]
  {
    guard values.count <= ImageTexts.maximumCount else {
      throw LimpidError(.badData, "more than \(ImageTexts.maximumCount) of \(kind.rawValue)")
    }
    var lines: [String] = []
    for value in values {
      guard case .string(let text) = value else {
        throw LimpidError(.badData, "\(kind.rawValue) is no list of texts")
      }
      lines.append(try ImageTexts.line(text))
    }
    return lines
  }

  /// The members of a file; nil when there is none.
  static func members(of path: Path) throws(LimpidError) -> [String: JSONValue]? {
    guard path.kind == .file else { return nil }
    do {
      let value = try JSONValue(parsing: try InputFile.read(path, limit: maximumBytes))
      guard case .object(let members) = value else {
        throw LimpidError(.badData, "\(path): it is no JSON object")
      }
      return members
    } catch let error as JSONFault {
      throw LimpidError(.badData, "\(path): \(error)")
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  /// The texts of these kinds alone, and another reference image.
  func keeping(_ kinds: [TextKind], reference: Path?) -> Sidecar {
    var kept = Sidecar()
    for kind in kinds { kept.texts[kind] = texts[kind] }
    kept.referenceImage = reference
    return kept
  }

  /// What this says, and where it is silent what `other` does.
  func completed(by other: Sidecar) -> Sidecar {
    var whole = self
    for kind in other.texts.kinds where texts[kind].isEmpty {
      whole.texts[kind] = other.texts[kind]
    }
    whole.referenceImage = referenceImage ?? other.referenceImage
    return whole
  }
}

/// The sidecars of images; a folder's own file is read once as long as it does not change.
final class Sidecars: Sendable {
  private struct Known {
    let path: Path
    let stamp: Path.Stamp?
    let members: [String: JSONValue]
  }

  private let known = Mutex<Known?>(nil)
  /// The only files that are looked at; nil for all.
  private let files: Set<Path>?

  init(among files: Set<Path>? = nil) { self.files = files }

  /// What is written about an image.
  func sidecar(of image: Path) throws(LimpidError) -> Sidecar {
    let folder = image.folder
    let own = folder.appending("\(image.name.stem).\(Sidecar.ending)")
    let common = folder.appending(Path(Sidecar.folderName))
    let shared = try members(common)
    var said = Sidecar()
    if own != common, isKnown(own), let members = try Sidecar.members(of: own) {
      said = try read(members, folder, own)
    }
    if case .object(let images)? = shared["images"],
      case .object(let members)? = images[image.name.text]
    {
      said = said.completed(by: try read(members, folder, common))
    }
    said = said.completed(by: try read(shared, folder, common))
    if let image = said.referenceImage, !isKnown(image) {
      throw LimpidError(.badData, "\(image): a file that nobody vouches for")
    }
    return said
  }

  private func isKnown(_ path: Path) -> Bool { files?.contains(path) ?? true }

  private func read(
    _ members: [String: JSONValue], _ folder: Path, _ path: Path
  ) throws(LimpidError) -> Sidecar {
    do throws(LimpidError) {
      return try Sidecar(members, in: folder)
    } catch {
      throw LimpidError(.badData, "\(path): \(error)")
    }
  }

  /// The members of a folder's file; none when there is no file.
  private func members(_ path: Path) throws(LimpidError) -> [String: JSONValue] {
    let stamp = path.stamp
    let found = known.withLock { $0 }
    if let found, found.path == path, found.stamp == stamp { return found.members }
    let members = isKnown(path) ? try Sidecar.members(of: path) ?? [:] : [:]
    known.withLock { $0 = Known(path: path, stamp: stamp, members: members) }
    return members
  }
}
