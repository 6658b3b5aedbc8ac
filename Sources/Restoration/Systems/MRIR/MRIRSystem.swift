import Diffusion
import Execution
import Generation
import Models
import Networks
import Pictures
import Tensors

/// MRIR: Stable Diffusion held to a picture by a text, by what CLIP sees and by the pixels.
///
/// As many pictures go through the networks together as fit; all networks stay on the device. The
/// denoising of large ones goes tile by tile within every step, and so does the autoencoder.
package final class MRIRSystem: RestorationSystem {
  let networks: MRIRNetworks
  let options: SystemOptions
  private let program: SamplerProgram
  private let batches: BatchSizes

  package static func serves(_ model: Model) -> Bool { model.system == .mrir }

  package static func guides(_ options: SystemOptions) -> GuideNeeds {
    GuideNeeds(texts: [.prompt])
  }

  package static func scale(_ options: SystemOptions, of model: Model) -> Int { options.upscale }

  /// - Throws: also when the bundle or the options do not fit, before anything runs.
  package init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError) {
    try Self.check(options)
    self.options = options
    batches = BatchSizes(engine, options)
    networks = try MRIRNetworks(model, on: engine)
    do throws(SchedulerError) {
      program = try networks.scheduler.sampler(Self.sampler)
        .program(steps: options.steps ?? Self.usualSteps)
    } catch {
      throw LimpidError(.usage, "\(error)")
    }
  }

  private static func check(_ options: SystemOptions) throws(LimpidError) {
    guard (1...8).contains(options.upscale) else {
      throw LimpidError(.usage, "pictures are enlarged 1 to 8 times")
    }
    guard options.texts[.prompt].count <= 1 else {
      throw LimpidError(.usage, "MRIR follows one prompt")
    }
    guard (0...4096).contains(options.processSide) else {
      throw LimpidError(.usage, "pictures are processed at 4096 pixels at the most")
    }
    guard options.controlScale.isFinite, options.guidanceScale?.isFinite != false else {
      throw LimpidError(.usage, "guidance and control must be numbers")
    }
  }

  package func restore(
    _ subjects: [Subject], reporting report: (RestorationEvent) throws -> Void
  ) throws(LimpidError) -> [RestoredPicture] {
    guard let first = subjects.first?.picture else { return [] }
    let batch = try batch(of: subjects.count, first.width, first.height)
    return try shrinking(from: batch, networks.release) { batch in
      let preparation = Preparation()
      defer { preparation.end() }
      return try restore(subjects, atOnce: batch, preparing: preparation, reporting: report)
    }
  }

  /// Pictures share evaluations where their texts have as many sequences of tokens: an image's own
  /// must not be padded for another's sake.
  private func restore(
    _ subjects: [Subject], atOnce batch: Int, preparing preparation: Preparation,
    reporting report: (RestorationEvent) throws -> Void
  ) throws -> [RestoredPicture] {
    let restoration = try restoration(of: subjects)
    let lengths = subjects.map { restoration.sequenceCount(of: $0) }
    var (results, done) = ([Picture?](repeating: nil, count: subjects.count), 0)
    for length in Set(lengths).sorted() {
      let places = subjects.indices.filter { lengths[$0] == length }
      for group in places.grouped(upTo: batch) {
        let pictures = try restoration.restored(
          group.map { subjects[$0] }, preparing: preparation
        ) { progress in
          let part = progress.done / Double(progress.count) * Double(group.count)
          let share = (Double(done) + part) / Double(subjects.count)
          try report(RestorationEvent(progress, of: "sampling", share: share))
        }
        for (place, picture) in zip(group, pictures) { results[place] = picture }
        done += group.count
      }
    }
    return zip(subjects, results).compactMap { subject, picture in
      picture.map {
        RestoredPicture(
          picture: $0, tile: restoration.tiles.pixels.map { ($0.width, $0.height) },
          seed: subject.seed, warnings: [])
      }
    }
  }

  /// - Parameter subjects: at least one, all of one size.
  private func restoration(of subjects: [Subject]) throws(LimpidError) -> MRIRRestoration {
    guard subjects.allSatisfy({ $0.texts[.prompt].count <= 1 }) else {
      throw LimpidError(.usage, "MRIR follows one prompt")
    }
    let size = MRIRSize(subjects[0].picture.width, subjects[0].picture.height, options)
    try Picture.check(size: size.work)
    return MRIRRestoration(
      networks: networks, options: options, program: program, guidance: guidance,
      tiles: latentTiles(of: size), size: size)
  }

  private func batch(of count: Int, _ width: Int, _ height: Int) throws(LimpidError) -> Int {
    try batches.largest(
      of: count, MRIRSize(width, height, options).work, reduction: reduction
    ) { try need(together: $0, width: width, height: height) }
  }

  package func need(_ count: Int, width: Int, height: Int) throws(LimpidError) -> Need {
    do {
      let batch = try batch(of: count, width, height)
      let need = try need(together: batch, width: width, height: height)
      return need.forWork(on: count, together: batch)
    } catch {
      throw LimpidError(error)
    }
  }

  /// What so many pictures take that are run at once.
  private func need(together batch: Int, width: Int, height: Int) throws -> Need {
    try networks.need(
      latentTiles(of: MRIRSize(width, height, options)), batch: batch,
      steps: program.steps.count, branches: guidance.branches.count)
  }

  package var reduction: Int { networks.autoencoder.pixelsPerLatent }

  private var guidance: Guidance {
    let scale = options.guidanceScale ?? Self.usualGuidance
    return scale > 1 ? .classifierFree(scale: scale) : .none
  }
}
