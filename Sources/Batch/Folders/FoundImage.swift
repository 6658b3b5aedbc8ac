import Paths
import Pictures

/// An image that was asked for.
package struct FoundImage: Hashable, Sendable {
  /// Where it is read from.
  package let path: Path
  /// Its place below the folder that it was found in; the name alone for an image that was named.
  package let relative: Path
  /// The name of the folder that it lies in; empty at the top of a folder that was searched.
  package let parent: Path

  /// An image below a folder that was searched, or in a list.
  init(_ path: Path, _ relative: Path, parent: Path? = nil) {
    (self.path, self.relative) = (path, relative)
    self.parent = parent ?? (relative.name == relative ? "" : relative.folder.name)
  }

  /// An image that was named.
  init(named path: Path) {
    self.init(path, path.name, parent: Self.folderName(path))
  }

  /// An image of a list; it is kept below the output as it is listed, unless it would leave that.
  init(listed path: Path) {
    let parts = path.parts.filter { $0 != "." }
    guard !path.hasPrefix("/"), parts.count > 1, !parts.contains("..") else {
      self.init(named: path)
      return
    }
    self.init(path, parts.dropFirst().reduce(parts[0]) { $0.appending($1) })
  }

  func isSame(as other: FoundImage) -> Bool {
    path == other.path || path.identity.map { $0 == other.path.identity } == true
  }

  private static func folderName(_ path: Path) -> Path {
    let name = path.folder.resolved?.name ?? path.folder.name
    return name == "/" ? "" : name
  }
}

/// Something that may be an image and cannot be looked at, or a folder that cannot be searched.
package struct LostImage: Sendable {
  package let path: Path
  package let relative: Path
  /// Names the path.
  package let error: LimpidError

  init(_ path: Path, _ relative: Path, _ reason: String) {
    (self.path, self.relative) = (path, relative)
    error = LimpidError(.noInput, "\(path): \(reason)")
  }
}

/// Something that a search met and that is not to be restored.
package struct PassedOver: Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// A picture of a kind that is not read, in words.
    case unread(String)
    /// A folder that another path led to before.
    case searched
    /// By its name, no picture.
    case noPicture
    case hidden
    /// The patterns leave it out.
    case excluded
    /// A folder in a folder, which are not to be searched.
    case inner
    /// The folder of the outputs.
    case outputs
    /// It was named before.
    case repeated
    /// There are enough without it.
    case superfluous
  }

  package let path: Path
  /// Its place below the folder that was searched.
  package let relative: Path
  package let reason: Reason

  init(_ path: Path, _ relative: Path, _ reason: Reason) {
    (self.path, self.relative, self.reason) = (path, relative, reason)
  }

  init(_ image: FoundImage, _ reason: Reason) { self.init(image.path, image.relative, reason) }

  /// Whether it is recorded by name.
  package var isRecorded: Bool { reason != .noPicture }

  /// Whether a person may expect it among the outputs and is told of it by name.
  package var isNamed: Bool {
    switch reason {
    case .unread, .searched: true
    default: false
    }
  }
}

extension PassedOver.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unread(let reason): reason
    case .searched: "the folder was searched already"
    case .noPicture: "no picture"
    case .hidden: "hidden"
    case .excluded: "not asked for"
    case .inner: "a folder in a folder"
    case .outputs: "the outputs' folder"
    case .repeated: "named before"
    case .superfluous: "beyond the limit"
    }
  }
}

extension Sequence<PassedOver> {
  /// How many there are for each reason, such as `3 no picture, 1 hidden`; nil when there are none.
  package var counts: String? {
    let counted = Dictionary(grouping: self, by: \.reason.description).sorted {
      ($1.value.count, $0.key) < ($0.value.count, $1.key)
    }
    guard !counted.isEmpty else { return nil }
    return counted.map { "\($0.value.count) \($0.key)" }.joined(separator: ", ")
  }
}
