import Networks
import Paths
import Pictures

/// A folder with all that a model is, and how to tell that it is intact: `bundle.json`, the parts'
/// folders, and a golden sample. Parts may be stored in bundles that lie beside it.
package struct ModelBundle: Sendable {
  static let descriptionName = "bundle.json"

  package let folder: Folder
  package let description: BundleDescription

  /// Whether a folder is a bundle, whole or not.
  package static func exists(_ path: Path) -> Bool {
    Folder.exists(path) && path.appending(Path(descriptionName)).kind != nil
  }

  package init(_ path: Path) throws(LimpidError) { try self.init(try Folder(path)) }

  private init(_ folder: Folder) throws(LimpidError) {
    self.folder = folder
    let bytes = try folder.bytes(Self.descriptionName, limit: BundleDescription.maximumBytes)
    do {
      description = try BundleDescription(parsing: bytes)
    } catch {
      throw LimpidError(.badData, "\(folder.called(Self.descriptionName)): \(error)")
    }
  }

  /// SHA-256 of the description, which vouches for everything else.
  var digest: String? {
    (try? folder.located(Self.descriptionName)).flatMap(Digest.ofFile)
  }

  /// What a person chose for the restorer after the bundle was made: nothing vouches for it, and it
  /// counts after the restorer's own configuration.
  func choices() throws(LimpidError) -> [Hyperparameter] {
    let name = RestorerConfiguration.choicesName
    return folder.has(name) ? try RestorerConfiguration(folder, named: name).hyperparameters : []
  }

  /// SHA-256 of the description and of what was chosen after it.
  var digestWithChoices: String? {
    guard folder.has(RestorerConfiguration.choicesName) else { return digest }
    let choices = (try? folder.located(RestorerConfiguration.choicesName)).flatMap(Digest.ofFile)
    guard let digest, let choices else { return nil }
    return Digest.of((digest + "\n" + choices).utf8)
  }

  /// What is missing or not as it was when the bundle was made, one line each; of the bundles
  /// beside it as much as this one uses.
  package func problems() -> [String] {
    let own = problems(below: "", .contents)
    return own
      + description.parts.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { role, part in
        guard part.bundle != nil else { return nil }
        do throws(LimpidError) {
          _ = try self.folder(of: role, comparing: .contents)
          return nil
        } catch {
          return "\(error)"
        }
      }
  }

  /// How closely files are compared with what a bundle says of them.
  package enum Scrutiny: Sendable {
    case sizes
    /// Contents as they were read the last time, of files that nobody has touched since.
    case rememberedContents
    case contents
  }

  /// The folder of a part, once its files are found to be as they were. Others are not opened
  /// through it.
  /// - Throws: ``LimpidError``, which names what is missing or changed.
  package func folder(
    of role: Role, comparing scrutiny: Scrutiny = .rememberedContents
  ) throws(LimpidError) -> Folder {
    guard let part = description.parts[role] else {
      throw LimpidError(.badData, "\(folder.name): a bundle without \(role)")
    }
    guard let name = part.bundle else { return try intactFolder(part.folder, scrutiny) }
    do throws(LimpidError) {
      return try neighbour(name).intactFolder(part.folder, scrutiny)
    } catch {
      throw error.concerning("\(folder.name): \(role)")
    }
  }

  /// A bundle beside this one, the same as when this one was made.
  private func neighbour(_ name: String) throws(LimpidError) -> ModelBundle {
    let bundle = try ModelBundle(folder.beside(name))
    guard bundle.digest == description.neighbours[name] else {
      throw LimpidError(
        .badData, "\(bundle.folder.name): it is another bundle than the one that is meant")
    }
    return bundle
  }

  /// - Parameter path: from the bundle's folder; empty for the folder itself.
  private func intactFolder(
    _ path: String, _ scrutiny: Scrutiny
  ) throws(LimpidError) -> Folder {
    let prefix = path.isEmpty ? "" : path + "/"
    let files = description.files.filter { $0.key.hasPrefix(prefix) }
    guard !files.isEmpty else {
      throw LimpidError(.badData, "\(folder.name): none of its files is in \(path)")
    }
    if let problem = problems(below: prefix, scrutiny).first {
      throw LimpidError(.badData, "\(folder.name): \(problem)")
    }
    let place = path.isEmpty ? folder : try folder.folder(path)
    let listed = files.map { (String($0.key.dropFirst(prefix.count)), $0.value.hash) }
    return place.listing(Dictionary(uniqueKeysWithValues: listed))
  }

  /// - Parameter prefix: of the paths that are looked at.
  private func problems(below prefix: String, _ scrutiny: Scrutiny) -> [String] {
    description.files.sorted { $0.key < $1.key }.compactMap { path, file in
      guard path.hasPrefix(prefix) else { return nil }
      do throws(LimpidError) {
        let place = try folder.located(path)
        guard place.stamp?.size == file.byteCount else { return "\(path): its size changed" }
        let digest =
          switch scrutiny {
          case .sizes: file.hash
          case .rememberedContents: RememberedDigests().digest(of: place)
          case .contents: Digest.ofFile(place)
          }
        return digest == file.hash ? nil : "\(path): its contents changed"
      } catch {
        return "\(error)"
      }
    }
  }
}
