import Execution
import Models
import Networks
import Pictures
import Synchronization
import Tensors

/// LMDIR: restores a picture told what is wrong with it and what it shows, and shown a clean
/// reference, which is painted where none is given.
///
/// "LMDIR", arXiv 2407.13181, figure 2. Of several descriptions of what is wrong each is removed
/// from what the one before it left, as in figure 9.
package final class LMDIRSystem: RestorationSystem {
  let model: Model
  private let engine: Engine
  let options: SystemOptions
  let texts: TextEmbeddings
  let restorer: TiledSystem<SinglePass>
  /// Opened when the first picture needs it.
  private let painter = Mutex<ReferencePainter?>(nil)

  package static func serves(_ model: Model) -> Bool { model.system == .lmdir }

  package static func guides(_ options: SystemOptions) -> GuideNeeds {
    GuideNeeds(texts: [.degradation, .content], takesReference: true)
  }

  /// - Throws: also when a part of the model is missing, before anything runs.
  package init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError) {
    guard let network = model.architecture as? LMDIR else {
      throw LimpidError(.badData, "\(model.name): it is not LMDIR")
    }
    (self.model, self.engine, self.options) = (model, engine, options)
    restorer = try TiledSystem(model, on: engine, options)
    texts = try TextEmbeddings(model, network, on: engine)
    if options.referenceImage == nil, model.has(.textToImage) {
      _ = try model.folder(of: .textToImage, comparing: .sizes)
    }
  }

  package func restore(
    _ subjects: [Subject], reporting report: (RestorationEvent) throws -> Void
  ) throws(LimpidError) -> [RestoredPicture] {
    try releasing(release) {
      var work = LMDIRWork(
        subjects, keepsSteps: options.keepsSteps, keepsReferences: options.writesReferences)
      while let turn = work.nextTurn {
        let began = ContinuousClock.now
        let sources = try turn.subjects.map { try source($0, turn, in: &work, report) }
        let restored = try restorer.restore(sources) { event in
          try report(turn.event(event))
        }
        try work.finish(turn, restored, took: .now - began, reporting: report)
      }
      return work.restorations
    }
  }

  /// What a picture's tiles are cut from in a turn: the picture itself and its reference, and what
  /// CLIP makes of the texts.
  private func source(
    _ index: Int, _ turn: LMDIRWork.Turn, in work: inout LMDIRWork,
    _ report: (RestorationEvent) throws -> Void
  ) throws -> TileSource {
    let (subject, picture) = (work.subjects[index], work.pictures[index])
    let (degradation, content) = (subject.texts[.degradation][turn.number], subject.texts[.content])
    guard let content = content.first else {
      throw LimpidError(.usage, "LMDIR is told what a picture shows")
    }
    let reference: Picture
    if let given = subject.reference {
      reference = given
    } else {
      guard !options.isEnsemble else {
        throw LimpidError(
          .usage, "a reference that is painted from texts does not turn with the picture",
          remedy: .giveReference)
      }
      let order = ReferencePainter.Order(
        prompt: content, negativePrompt: degradation, seed: subject.seed)
      let painted = try openPainter().picture(of: order) { progress in
        let share = turn.share(painted: progress, of: index)
        try report(RestorationEvent(progress, of: "painting", share: share))
      }
      work.note(painted.picture, of: index, warning: painted.warning)
      reference = painted.picture
    }
    return TileSource(
      picture, seed: subject.seed,
      maps: ["reference_image": reference.fitted(width: picture.width, height: picture.height)],
      operands: [
        "degradation_embeds": try texts.embedding(of: degradation),
        "content_embeds": try texts.embedding(of: content),
      ])
  }

  func openPainter() throws(LimpidError) -> ReferencePainter {
    if let open = painter.withLock({ $0 }) { return open }
    guard model.has(.textToImage) else {
      throw LimpidError(
        .usage,
        "\(model.name): it has no \(Role.textToImage) to paint a reference with",
        remedy: .giveReference)
    }
    let opened = try ReferencePainter(
      try model.folder(of: .textToImage), on: engine, options, steps: Self.steps(options))
    painter.withLock { $0 = opened }
    return opened
  }

  private func release() {
    texts.release()
    painter.withLock { $0 }?.release()
  }
}
