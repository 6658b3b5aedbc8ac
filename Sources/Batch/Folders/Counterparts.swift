import Images
import Paths
import Pictures

/// Images that belong to others: a file, or a folder in which they lie and are called as those,
/// whatever their endings are.
package struct Counterparts: Sendable {
  private let place: Path

  /// - Throws: ``LimpidError`` where nothing is at the place.
  package init(at place: Path) throws(LimpidError) {
    guard place.kind != nil else {
      throw LimpidError(.noInput, "\(place): \(place.obstacle)")
    }
    self.place = place
  }

  /// The image that belongs to another.
  /// - Parameter relative: the other's path below the folder that it was found in.
  /// - Throws: ``LimpidError`` when there is none.
  package func path(for relative: Path) throws(LimpidError) -> Path {
    guard place.kind == .folder else { return place }
    let same = place.appending(relative)
    if same.kind == .file { return same }
    let stem = relative.name.stem
    let folder = relative.parts.count > 1 ? place.appending(relative.folder) : place
    let others = Self.endings.map { folder.appending("\(stem).\($0)") }
    guard let other = others.first(where: { $0.kind == .file }) else {
      throw LimpidError(.noInput, "\(place): it holds nothing for \(relative)")
    }
    return other
  }

  private static let endings = ImageFormat.allCases.map(\.fileEnding) + ["jpeg", "tiff", "heif"]
}
