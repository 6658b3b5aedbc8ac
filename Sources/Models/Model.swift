import Checkpoints
import IR
import Networks
import Paths
import Pictures
import Tensors

/// A checkpoint with the network that it was recognised as.
package struct Model: Sendable {
  /// Where its tensors are.
  enum Place: Sendable {
    case builtIn(BuiltInModel)
    case path(Path)
  }

  /// What a person called it: the path, or the name of a built-in one.
  package let name: String
  let place: Place
  package let checkpoint: Checkpoint
  package private(set) var recognition: Recognition
  /// What restores with it.
  package let system: SystemKind
  package private(set) var weights: Binding
  /// The bundle that the checkpoint is in; nil for one that stands alone.
  let bundle: ModelBundle?

  /// Opens a bare `.safetensors` file, a bundle or the folder of a component,
  /// recognises its network and checks all of its parameters.
  /// - Parameter path: the name of a ``BuiltInModel`` for one of those.
  package init(_ path: Path) throws(LimpidError) {
    if let known = BuiltInModel(named: path) {
      try self.init(known)
      return
    }
    if ModelBundle.exists(path) {
      try self.init(bundle: try ModelBundle(path))
      return
    }
    if Folder.exists(path) {
      let folder = try Folder(path)
      guard folder.has(Component.configurationName) else {
        throw LimpidError(.badData, "\(path): neither bundle.json nor config.json is there")
      }
      try self.init(component: folder)
      return
    }
    do {
      try self.init(path.text, at: .path(path), try Checkpoint(path: path))
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  /// Opens a network that is part of the binary.
  package init(_ known: BuiltInModel) throws(LimpidError) {
    do {
      let file = Checkpoint(try known.file())
      let index = CheckpointIndex(file.entries.map { (name: $0.name, shape: $0.shape) })
      let recognition = try Architectures.recognize(index).choosing(known.choices)
      try self.init(known.rawValue, at: .builtIn(known), file, recognition)
    } catch {
      throw LimpidError(error, subject: known.rawValue)
    }
  }

  /// Opens the network that restores, of a bundle.
  private init(bundle: ModelBundle) throws(LimpidError) {
    guard let part = bundle.description.parts[.restorer],
      let system = SystemKind(rawValue: bundle.description.pipeline)
    else {
      throw LimpidError(
        .badData,
        "\(bundle.folder.name): a bundle of \(bundle.description.pipeline), which restores nothing")
    }
    let folder = try bundle.folder(of: .restorer)
    do {
      let (checkpoint, told) = try Self.restorer(in: folder, named: part.architecture)
      let recognition = try told.choosing(try bundle.choices())
      guard recognition.descriptor.architecture == part.architecture else {
        throw BundleError(
          "the restorer is \(recognition.descriptor.architecture), not \(part.architecture)")
      }
      try self.init(
        bundle.folder.name, at: .path(bundle.folder.path), checkpoint, recognition, for: system,
        in: bundle)
    } catch {
      throw LimpidError(error, subject: bundle.folder.name)
    }
  }

  /// A network that is told by its tensors, or by its configuration where its kind needs one.
  private static func restorer(
    in folder: Folder, named name: String
  ) throws -> (Checkpoint, Recognition) {
    if Architectures.configured.contains(where: { $0.name == name }) {
      let component = try Component(folder)
      return (component.checkpoint, component.recognition)
    }
    let file = try folder.tensors("model.safetensors")
    let index = CheckpointIndex(file.entries.map { (name: $0.name, shape: $0.shape) })
    let recognition = try Architectures.recognize(index)
    guard folder.has(RestorerConfiguration.fileName) else { return (Checkpoint(file), recognition) }
    let configuration = try RestorerConfiguration(folder).hyperparameters
    return (Checkpoint(file), try recognition.choosing(configuration))
  }

  /// The same network, of whose parameters some come from another model's file.
  /// - Parameter location: where that file holds a parameter; nil for those that stay.
  package func overlaid(
    with other: Model, at location: (Manifest.Entry) -> Manifest.Location?
  ) throws(LimpidError) -> Model {
    do {
      var model = self
      model.weights = try weights.overlaid(with: other.checkpoint, at: location)
      return model
    } catch {
      throw LimpidError(error, subject: other.name)
    }
  }

  /// The same network with its statistics taken over windows instead of the whole image; nil
  /// leaves them as they are.
  /// - Throws: ``LimpidError`` for networks that it is not known of.
  package func converted(to statistics: LocalStatistics?) throws(LimpidError) -> Model {
    guard let statistics else { return self }
    do {
      guard let converted = try recognition.converted(to: statistics) else {
        throw LimpidError(
          .usage,
          "\(recognition.descriptor.architecture): its statistics are not taken over windows")
      }
      var model = self
      model.recognition = converted
      return model
    } catch {
      throw LimpidError(error, subject: name)
    }
  }

  /// Where it comes from, as its bundle says; nil for one without a bundle.
  package var origin: BundleDescription.Origin? { bundle?.description.origin }

  /// Whether there is a folder of this role: in the bundle, or of that name beside the file.
  package func has(_ role: Role) -> Bool {
    guard bundle == nil else { return bundle?.description.parts[role] != nil }
    return home.map { Folder.exists($0.appending(Path(role.rawValue))) } ?? false
  }

  /// The folder of another part of the model's system.
  /// - Throws: ``LimpidError`` when there is none, or it is not as its bundle says.
  package func folder(
    of role: Role, comparing scrutiny: ModelBundle.Scrutiny = .rememberedContents
  ) throws(LimpidError) -> Folder {
    if let bundle { return try bundle.folder(of: role, comparing: scrutiny) }
    guard let home, has(role) else {
      throw LimpidError(.badData, "\(name): there is no folder '\(role)' beside it")
    }
    return try Folder(home.appending(Path(role.rawValue)))
  }

  /// Where the other parts of a model without a bundle are.
  private var home: Path? {
    switch place {
    case .builtIn: nil
    case .path(let path): Folder.exists(path) ? path : path.folder
    }
  }

  /// Opens `model.safetensors` of a folder, whose network its tensors tell.
  package init(recognizing folder: Folder) throws(LimpidError) {
    let file = try folder.tensors("model.safetensors")
    do {
      let index = CheckpointIndex(file.entries.map { (name: $0.name, shape: $0.shape) })
      try self.init(
        folder.name, at: .path(folder.path), Checkpoint(file), try Architectures.recognize(index))
    } catch {
      throw LimpidError(error, subject: folder.name)
    }
  }

  /// Opens one component of a pipeline.
  package init(component folder: Folder) throws(LimpidError) {
    let component = try Component(folder)
    do {
      try self.init(
        folder.name, at: .path(folder.path), component.checkpoint, component.recognition)
    } catch {
      throw LimpidError(error, subject: folder.name)
    }
  }

  /// Opens one network of a checkpoint of Stable Diffusion that has all of them in one file.
  package init(
    singleFile path: Path, _ component: SingleFile.Component
  ) throws(LimpidError) {
    do {
      let file = try Checkpoint(path: path)
      if AutoDIR.isMeant(by: file.manifestEntries) {
        self = try Model(path).part(component)
        return
      }
      try self.init(
        path.text, at: .path(path), file,
        try SingleFile.recognize(component, file.manifestEntries))
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  /// A file whose network its tensors tell.
  private init(_ name: String, at place: Place, _ file: Checkpoint) throws {
    guard
      AutoDIR.isMeant(by: file.manifestEntries)
        || !SingleFile.holdsComponents(file.manifestEntries)
    else {
      throw LimpidError(.usage, "\(name): it holds several networks", remedy: .chooseComponent)
    }
    let recognition = try Architectures.recognize(
      CheckpointIndex(file.entries.map { (name: $0.name, shape: $0.shape) }))
    try self.init(name, at: place, file, recognition)
  }

  init(
    _ name: String, at place: Place, _ checkpoint: Checkpoint, _ recognition: Recognition,
    for system: SystemKind? = nil, in bundle: ModelBundle? = nil
  ) throws {
    self.bundle = bundle
    (self.name, self.place) = (name, place)
    self.checkpoint = checkpoint
    self.recognition = recognition
    self.system = system ?? SystemKind(of: recognition.architecture)
    weights = try Binding(
      try recognition.architecture.manifest, to: checkpoint, allowUnused: true,
      location: recognition.dialect.location)
  }

  /// Size of the files in bytes.
  package var byteCount: Int { checkpoint.byteCount }

  package var architecture: any Architecture { recognition.architecture }

  /// The network that it is.
  /// - Throws: ``LimpidError`` for a system of several.
  package var network: any Network {
    get throws(LimpidError) {
      guard let network = recognition.network else {
        throw LimpidError(
          .usage, "\(name): \(recognition.descriptor.architecture) is several networks",
          remedy: .chooseComponent)
      }
      return network
    }
  }

  /// SHA-256 of the file's contents and of what tells the parts beside it, or of a bundle's
  /// description, which vouches for its files, and of what was chosen after it; nil when it cannot
  /// be read again.
  package var digest: String? {
    if let bundle { return bundle.digestWithChoices }
    switch place {
    case .builtIn(let known): return known.digest
    case .path(let path):
      let parts = Role.allCases.filter(has).compactMap { try? folder(of: $0).fingerprint }
      guard let own = RememberedDigests().digest(of: path) else { return nil }
      return parts.isEmpty ? own : Digest.of(([own] + parts).joined(separator: "\n").utf8)
    }
  }
}

extension Model {
  /// Refuses tensors that the network does not read: they mean that it is not quite the network
  /// that the file was made for.
  package func requireNoneUnused() throws(LimpidError) {
    guard let first = recognition.unused.first else { return }
    let count = recognition.unused.count
    throw LimpidError(
      .badData,
      "\(name): \(count) tensors are not part of \(recognition.descriptor.architecture)"
        + ", the first is \(first.path) \(first.shape)")
  }
}

extension Checkpoint {
  fileprivate var manifestEntries: [Manifest.Entry] {
    entries.map { Manifest.Entry(path: $0.name, shape: $0.shape) }
  }
}
