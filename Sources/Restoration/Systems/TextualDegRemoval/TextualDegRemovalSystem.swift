import Execution
import Models
import Networks
import Pictures
import Synchronization
import Tensors

/// TextualDegRemoval: restores a picture with what matches in a guidance image, which is painted
/// where none is given.
///
/// Lin, Yue et al., "Improving Image Restoration through Removing Degradations in Textual
/// Representations", CVPR 2024, figure 2.
package final class TextualDegRemovalSystem: RestorationSystem {
  let model: Model
  let engine: Engine
  let options: SystemOptions
  /// For guidance images of the size that came last.
  private let restorer = Mutex<(guidance: TileSize, system: TiledSystem<GuidedPass>)?>(nil)
  /// Opened when the first picture needs it.
  private let painter = Mutex<GuidancePainter?>(nil)

  package static func serves(_ model: Model) -> Bool {
    model.system == .textualDegRemoval && GuidedPass.serves(model.architecture)
  }

  package static func guides(_ options: SystemOptions) -> GuideNeeds {
    GuideNeeds(takesReference: true, takesRightView: true)
  }

  /// - Throws: also when a part of the model is missing, before anything runs.
  package init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError) {
    (self.model, self.engine, self.options) = (model, engine, options)
    try Self.checkViews(options, of: model)
    _ = try tiled(guidance: nil)
    if options.referenceImage == nil, Self.canPaint(model) {
      for role in GuidancePainter.Parts.roles {
        _ = try model.folder(of: role, comparing: .sizes)
      }
    }
  }

  package func restore(
    _ subjects: [Subject], reporting report: (RestorationEvent) throws -> Void
  ) throws(LimpidError) -> [RestoredPicture] {
    try releasing({ painter.withLock { $0 }?.release() }) {
      for subject in subjects { try checkViews(of: subject) }
      var work = GuidedWork(subjects, keepsReferences: options.writesReferences)
      for index in subjects.indices { try guide(index, in: &work, report) }
      for (size, places) in work.sizes {
        let sources = places.map { work.source($0) }
        let restored = try system(guidance: size).restore(sources) { event in
          try report(work.event(event, of: places))
        }
        work.finish(places, restored)
      }
      return work.restorations
    }
  }

  /// Finds the guidance image of a picture.
  private func guide(
    _ index: Int, in work: inout GuidedWork, _ report: (RestorationEvent) throws -> Void
  ) throws {
    let subject = work.subjects[index]
    if let given = subject.reference {
      work.take(given, for: index)
      return
    }
    let painter = try openPainter()
    let painted = try painter.picture(for: subject.picture, seed: subject.seed) {
      try report(work.event($0, of: index))
    }
    work.take(painted.picture, for: index, isPainted: true, warning: painted.warning)
  }

  /// The system for guidance images of a size.
  private func system(
    guidance: TileSize
  ) throws(LimpidError) -> TiledSystem<GuidedPass> {
    if let known = restorer.withLock({ $0 }), known.guidance == guidance { return known.system }
    restorer.withLock { $0 = nil }
    let made = try tiled(guidance: guidance)
    restorer.withLock { $0 = (guidance, made) }
    return made
  }

  /// - Parameter guidance: nil for guidance images as large as the tiles.
  func tiled(guidance: TileSize?) throws(LimpidError) -> TiledSystem<GuidedPass> {
    TiledSystem(model, on: engine, options, method: try GuidedPass(model, guidance: guidance))
  }

  func openPainter() throws(LimpidError) -> GuidancePainter {
    if let open = painter.withLock({ $0 }) { return open }
    guard Self.canPaint(model) else {
      throw LimpidError(
        .usage,
        "\(model.name): it has no \(Role.mapper) to paint a guidance image with",
        remedy: .giveReference)
    }
    let opened = try GuidancePainter(
      try GuidancePainter.Parts { role throws(LimpidError) in try model.folder(of: role) },
      Self.painting(options), on: engine,
      keeping: options.referenceCache)
    painter.withLock { $0 = opened }
    return opened
  }

  /// Whether the model comes with more than the network that restores.
  static func canPaint(_ model: Model) -> Bool { model.has(.mapper) }
}
