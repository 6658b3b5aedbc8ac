import Foundation
import LimpidCommand
import Models
import Paths
import Pictures
import Synchronization

/// The models that a server has, and what requests for them mean.
package final class ModelCatalogue: Sendable {
  package struct Entry: Sendable {
    /// What requests call it.
    package let name: String
    let path: Path
  }

  package let entries: [Entry]
  private let settings: ServeSettings
  private let known = Mutex(Known())

  private struct Known: Sendable {
    /// Opened checkpoints by names.
    var models: [String: Model] = [:]
    var requests: [String: RequestedRestoration] = [:]
  }

  /// Requests that are remembered.
  private static let most = 256

  /// - Throws: ``LimpidError`` for a model that there is not.
  package init(_ settings: ServeSettings) throws(LimpidError) {
    self.settings = settings
    let folder = settings.modelFolder.map(Self.entries) ?? []
    let all = BuiltInModel.allCases.map { Entry(name: $0.rawValue, path: $0.path) } + folder
    guard !settings.models.isEmpty else {
      entries = all
      return
    }
    var chosen: [Entry] = []
    for name in settings.models {
      guard let entry = all.first(where: { $0.name == name.text }) else {
        throw LimpidError(.noInput, "there is no model '\(name)'")
      }
      chosen.append(entry)
    }
    entries = chosen
  }

  /// The bundles and checkpoints in a folder.
  private static func entries(of folder: Path) -> [Entry] {
    let ending: Path = ".safetensors"
    return (folder.entries ?? []).filter { !$0.isHidden }.sorted().compactMap { name in
      let path = folder.appending(name)
      if name.hasSuffix(ending) { return Entry(name: name.stem.text, path: path) }
      return path.kind == .folder ? Entry(name: name.text, path: path) : nil
    }
  }

  /// What a request asks for, and of which model.
  /// - Throws: ``RequestFault``.
  func restoration(
    _ form: RestorationForm
  ) throws(RequestFault) -> (requested: RequestedRestoration, model: String) {
    let entry = try entry(form)
    let options = form.options.map { "\n\($0.name)=\($0.value)" }
    let pictures = Set(form.pictures.keys)
    let key = entry.name + options.joined() + pictures.sorted().map { "\n\($0)" }.joined()
    if let requested = known.withLock({ $0.requests[key] }) { return (requested, entry.name) }
    let requested: RequestedRestoration
    do throws(LimpidError) {
      let model = try model(entry)
      requested = try RequestedRestoration(
        form.options, showing: pictures, model, at: entry.path, settings)
    } catch  where error.kind == .usage {
      throw RequestFault(usage: error)
    } catch {
      throw RequestFault(500, "bad_model", "the model cannot be used")
    }
    // What is drawn anew for each request is not remembered.
    guard !form.options.contains(where: { $0.name == "seed" }) else {
      return (requested, entry.name)
    }
    known.withLock { known in
      if known.requests.count >= Self.most { known.requests = [:] }
      known.requests[key] = requested
    }
    return (requested, entry.name)
  }

  /// The usual model, of which a first picture is restored before there is any request.
  func usual() throws(RequestFault) -> RequestedRestoration {
    try restoration(RestorationForm(asking: entries.first?.name ?? "")).requested
  }

  private func entry(_ form: RestorationForm) throws(RequestFault) -> Entry {
    if let name = form.model {
      if let entry = entries.first(where: { $0.name == name }) { return entry }
      throw RequestFault(404, "no_model", "there is no such model; /v1/models lists them")
    }
    let scale = form.options.first { ["scale", "outscale"].contains($0.name) }?.value
    let usual = BuiltInModel(enlarging: scale.flatMap { Int($0) }).rawValue
    let chosen = settings.models.isEmpty ? entries.first { $0.name == usual } : nil
    guard let entry = chosen ?? entries.first else { throw .notFound }
    return entry
  }

  private func model(_ entry: Entry) throws(LimpidError) -> Model {
    if let model = known.withLock({ $0.models[entry.name] }) { return model }
    let model = try Model(entry.path)
    try model.requireNoneUnused()
    known.withLock { $0.models[entry.name] = model }
    return model
  }

  /// What is told of each model.
  package func descriptions() -> [ModelDescription] {
    entries.map { entry in
      guard let model = try? model(entry) else {
        return ModelDescription(id: entry.name, architecture: nil, scale: nil)
      }
      let descriptor = model.recognition.descriptor
      return ModelDescription(
        id: entry.name, architecture: descriptor.architecture, scale: descriptor.scale)
    }
  }
}

/// A model, as a list of them has it.
package struct ModelDescription: Codable, Sendable {
  package let id: String
  package var object = "model"
  /// nil for one that cannot be used.
  package let architecture: String?
  /// Sides of results in sides of pictures.
  package let scale: Int?
}
