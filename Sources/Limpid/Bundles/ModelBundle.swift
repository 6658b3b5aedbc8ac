/// A folder with all that a model is, and how to tell that it is intact: `bundle.json`, the
/// components' folders, and a golden sample.
package struct ModelBundle: Sendable {
  static let descriptionName = "bundle.json"
  /// Of a bundle whose one component restores pictures.
  static let restorer = "Restorer"

  package let folder: Folder
  package let description: BundleDescription

  /// Whether a folder is a bundle, whole or not.
  package static func exists(_ path: String) -> Bool {
    Folder.exists(path) && Path.kind(Path.joined(path, descriptionName)) != nil
  }

  package init(_ path: String) throws(LimpidError) {
    folder = try Folder(path)
    let bytes = try folder.bytes(Self.descriptionName, limit: BundleDescription.maximumBytes)
    do {
      description = try BundleDescription(parsing: bytes)
    } catch {
      throw LimpidError(.badData, "\(folder.called(Self.descriptionName)): \(error)")
    }
  }

  /// What is missing or not as it was when the bundle was made, one line each.
  /// - Parameter prefix: of the paths that are looked at.
  package func problems(below prefix: String = "") -> [String] {
    description.files.sorted { $0.key < $1.key }.compactMap { path, file in
      guard path.hasPrefix(prefix) else { return nil }
      do throws(LimpidError) {
        let place = try folder.located(path)
        guard Path.stamp(place)?.size == file.byteCount else { return "\(path): its size changed" }
        return Digest.ofFile(place) == file.hash ? nil : "\(path): its contents changed"
      } catch {
        return "\(error)"
      }
    }
  }

  /// The file of a component's weights, once it is found to be as it was.
  func weights(of component: String) throws(LimpidError) -> String {
    let path = component + "/model.safetensors"
    guard description.files[path] != nil else {
      throw LimpidError(.badData, "\(folder.name): \(path) is none of its files")
    }
    if let problem = problems(below: component + "/").first {
      throw LimpidError(.badData, "\(folder.name): \(problem)")
    }
    return try folder.located(path)
  }

  /// The only component.
  /// - Throws: ``LimpidError`` when the bundle is of another kind.
  func restorer() throws(LimpidError) -> (folder: String, architecture: String) {
    guard description.pipeline == Self.restorer, description.components.count == 1,
      let only = description.components.first
    else {
      throw LimpidError(
        .badData, "\(folder.name): a bundle of \(description.pipeline), which nothing here loads")
    }
    return (only.key, only.value)
  }
}
