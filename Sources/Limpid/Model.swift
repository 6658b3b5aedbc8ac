import CModels
import Checkpoints
import IR
import Networks
import Tensors

/// A checkpoint with the network that it was recognised as.
package struct Model: Sendable {
  /// What a person called it: the path, or `builtin`.
  package let name: String
  package let checkpoint: Checkpoint
  package let recognition: Recognition
  package let weights: Binding

  /// Opens a bare `.safetensors` file, a bundle of one network or the folder of a component,
  /// recognises its network and checks all of its parameters.
  /// - Parameter path: nil, or `builtin`, for the denoiser that is part of the binary.
  package init(_ path: String?) throws(LimpidError) {
    let name = path ?? Self.builtInName
    if name != Self.builtInName, ModelBundle.exists(name) {
      try self.init(bundle: try ModelBundle(name))
      return
    }
    if name != Self.builtInName, Folder.exists(name) {
      let folder = try Folder(name)
      guard folder.has(Component.configurationName) else {
        throw LimpidError(.badData, "\(name): neither bundle.json nor config.json is there")
      }
      try self.init(component: folder)
      return
    }
    do {
      let file = name == Self.builtInName ? try Self.builtIn() : try SafetensorsFile(path: name)
      guard
        AutoDIR.isMeant(by: file.manifestEntries)
          || !SingleFile.holdsComponents(file.manifestEntries)
      else {
        throw LimpidError(.usage, "\(name): it holds several networks; say which --component")
      }
      let recognition = try Architectures.recognize(
        CheckpointIndex(file.entries.map { (name: $0.name, shape: $0.shape) }))
      try self.init(name, Checkpoint(file), recognition)
    } catch {
      throw LimpidError(error, subject: name)
    }
  }

  /// Opens a bundle of one network.
  private init(bundle: ModelBundle) throws(LimpidError) {
    let component = try bundle.restorer()
    do {
      let file = try SafetensorsFile(path: try bundle.weights(of: component.folder))
      let recognition = try Architectures.recognize(
        CheckpointIndex(file.entries.map { (name: $0.name, shape: $0.shape) }))
      guard recognition.descriptor.architecture == component.architecture else {
        throw BundleError(
          "\(component.folder) is \(recognition.descriptor.architecture), "
            + "not \(component.architecture)")
      }
      try self.init(bundle.folder.name, Checkpoint(file), recognition)
    } catch {
      throw LimpidError(error, subject: bundle.folder.name)
    }
  }

  /// One network of a checkpoint of several.
  package func part(_ part: AutoDIR.Part) throws(LimpidError) -> Model {
    let name = "\(name) (\(part.role))"
    do {
      return try Model(name, checkpoint, try Recognition(part, of: recognition))
    } catch {
      throw LimpidError(error, subject: name)
    }
  }

  /// A folder with more of what belongs to the model, inside of its folder or beside its file; nil
  /// when there is none.
  package func companion(_ entry: String) -> Folder? {
    guard name != Self.builtInName else { return nil }
    let home = Folder.exists(name) ? name : Path.folder(of: name)
    return try? Folder(home).folder(entry)
  }

  /// Opens one component of a pipeline.
  package init(component folder: Folder) throws(LimpidError) {
    let component = try Component(folder)
    do {
      try self.init(folder.name, component.checkpoint, component.recognition)
    } catch {
      throw LimpidError(error, subject: folder.name)
    }
  }

  /// Opens one network of a checkpoint of Stable Diffusion that has all of them in one file.
  package init(
    singleFile name: String, _ component: SingleFile.Component
  ) throws(LimpidError) {
    do {
      let file = try SafetensorsFile(path: name)
      try self.init(
        name, Checkpoint(file), try SingleFile.recognize(component, file.manifestEntries))
    } catch {
      throw LimpidError(error, subject: name)
    }
  }

  private init(
    _ name: String, _ checkpoint: Checkpoint, _ recognition: Recognition
  ) throws {
    self.name = name
    self.checkpoint = checkpoint
    self.recognition = recognition
    weights = try Binding(
      try recognition.network.manifest, to: checkpoint, allowUnused: true,
      location: recognition.dialect.location)
  }

  /// Size of the files in bytes.
  package var byteCount: Int { checkpoint.byteCount }

  package var network: any Network { recognition.network }

  /// SHA-256 of the file's contents, or of a bundle's description, which vouches for its files;
  /// nil when it cannot be read again.
  package var digest: String? {
    if ModelBundle.exists(name) {
      return Digest.ofFile(Path.joined(name, ModelBundle.descriptionName))
    }
    guard name == Self.builtInName else { return Digest.ofFile(name) }
    let bytes = UnsafeRawBufferPointer(start: limpid_denoiser(), count: limpid_denoiser_length())
    return Digest.of([UInt8](bytes))
  }

  package static let builtInName = "builtin"

  private static func builtIn() throws(SafetensorsError) -> SafetensorsFile {
    try SafetensorsFile(
      bytes: UnsafeRawBufferPointer(start: limpid_denoiser(), count: limpid_denoiser_length()))
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

extension SafetensorsFile {
  fileprivate var manifestEntries: [Manifest.Entry] {
    entries.map { Manifest.Entry(path: $0.name, shape: $0.shape) }
  }
}
