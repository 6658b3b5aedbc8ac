import Diffusion
import Execution
import Generation
import Models
import Networks
import Pictures
import Tensors

/// MRIR: Stable Diffusion held to a picture by a text, by what CLIP sees and by the pixels.
///
/// Pictures are restored one after the other; all networks stay on the device. The denoising of
/// large ones goes tile by tile within every step, and so does the autoencoder.
package final class MRIRSystem: RestorationSystem {
  let networks: MRIRNetworks
  let options: SystemOptions
  private let program: SamplerProgram

  package static func serves(_ model: Model) -> Bool { model.system == .mrir }

  package static func guides(_ options: SystemOptions) -> GuideNeeds {
    GuideNeeds(texts: [.prompt])
  }

  package static func scale(_ options: SystemOptions, of model: Model) -> Int { options.upscale }

  /// - Throws: also when the bundle or the options do not fit, before anything runs.
  package init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError) {
    try Self.check(options)
    self.options = options
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
    try releasing(networks.release) {
      try subjects.enumerated().map { index, subject in
        try restore(subject) { progress in
          let share = (Double(index) + progress.done / Double(progress.count))
          try report(
            RestorationEvent(progress, of: "sampling", share: share / Double(subjects.count)))
        }
      }
    }
  }

  private func restore(
    _ subject: Subject, reporting progress: (StepProgress) throws -> Void
  ) throws -> RestoredPicture {
    guard subject.texts[.prompt].count <= 1 else {
      throw LimpidError(.usage, "MRIR follows one prompt")
    }
    let size = MRIRSize(subject.picture.width, subject.picture.height, options)
    try Picture.check(size: size.work)
    let tiles = latentTiles(of: size)
    let restoration = MRIRRestoration(
      networks: networks, options: options, program: program, guidance: guidance, tiles: tiles,
      size: size)
    let picture = try restoration.restored(
      subject.picture, text: subject.texts[.prompt].first ?? "", seed: subject.seed,
      reporting: progress)
    return RestoredPicture(
      picture: picture, tile: tiles.pixels.map { ($0.width, $0.height) }, seed: subject.seed,
      warnings: [])
  }

  package func need(width: Int, height: Int) throws(LimpidError) -> Need {
    do {
      return try networks.need(
        latentTiles(of: MRIRSize(width, height, options)),
        steps: program.steps.count, branches: guidance.branches.count)
    } catch {
      throw LimpidError(error)
    }
  }

  private var guidance: Guidance {
    let scale = options.guidanceScale ?? Self.usualGuidance
    return scale > 1 ? .classifierFree(scale: scale) : .none
  }
}
