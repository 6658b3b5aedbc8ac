import Diffusion
import Execution
import Generation
import Models
import Pictures

/// Paints clean pictures from texts by Stable Diffusion, as references for what is restored.
///
/// One is painted at a time.
package final class ReferencePainter: Sendable {
  /// What a reference is to show, and what it must not.
  package struct Order: Sendable {
    package let prompt: String
    package let negativePrompt: String
    package let seed: UInt64
  }

  private let pipeline: TextToImage
  private let engine: Engine
  private let settings: TextToImage.Options
  private let cache: ReferenceCache
  /// Of the pipeline's files.
  private let fingerprint: String

  /// - Parameter folder: of a pipeline as diffusers writes it.
  package init(
    _ folder: Folder, on engine: Engine, _ options: SystemOptions, steps: Int
  ) throws(LimpidError) {
    pipeline = try TextToImage(folder, on: engine)
    self.engine = engine
    fingerprint = folder.fingerprint
    cache = options.referenceCache
    var settings = TextToImage.Options()
    settings.steps = steps
    settings.guidanceScale = options.guidanceScale
    settings.random = options.random
    (settings.width, settings.height) = (options.referenceSide, options.referenceSide)
    self.settings = settings
  }

  /// The picture of an order, painted now or kept from an earlier time.
  /// - Parameter progress: called after every step; what it throws ends the work.
  package func picture(
    of order: Order, reporting progress: (StepProgress) throws -> Void
  ) throws -> (picture: Picture, warning: String?) {
    try cache.picture(of: causes(order)) {
      defer { if !pipeline.holdsParts { release() } }
      let request = TextToImage.Request(
        order.prompt, negativePrompt: order.negativePrompt, seed: order.seed)
      return try pipeline.pictures(of: [request], settings, reporting: progress)[0]
    }
  }

  /// Everything that decides what is painted.
  private func causes(_ order: Order) -> [Setting] {
    [
      Setting("model", fingerprint), Setting("prompt", order.prompt),
      Setting("negative prompt", order.negativePrompt), Setting("seed", order.seed),
      Setting("rng", settings.random.rawValue), Setting("steps", settings.steps),
      Setting("guidance", settings.guidanceScale.map { "\($0)" } ?? "its own"),
      Setting("side", settings.width.map { "\($0)" } ?? "its own"),
      Setting("arithmetic", engine.arithmetic),
    ]
  }

  /// What a picture takes.
  package func need() throws -> Need { try pipeline.need(settings) }

  /// Gives back the device's memory.
  package func release() { pipeline.release() }
}
