import Execution
import Foundation
import Generation
import Models
import Pictures

/// Makes pictures from texts with Stable Diffusion 1.x, 2.x or XL, with a ControlNet where there is
/// one.
///
/// R. Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", CVPR 2022.
///
/// It may be used from any task: the work is done on a thread of its own, one call after the other,
/// and ends after the step at hand when its task is cancelled.
public final class TextToImage: Sendable {
  /// Where the networks run.
  public let device: Device

  private let executor: WorkExecutor
  private let pipeline: Generation.TextToImage

  /// Opens a device and loads a pipeline.
  /// - Parameters:
  ///   - folder: of a pipeline as diffusers writes it: `model_index.json`, and a folder for each
  ///     component.
  ///   - device: where the networks run.
  ///   - dtype: how values are stored there.
  ///   - math: which algorithms it may use.
  /// - Throws: ``LimpidError`` when a component is missing, damaged or of an unknown kind, or the
  ///   device is not there.
  public init(
    _ folder: URL, on device: DeviceSelector = .auto, dtype: DType = .f32, math: MathMode = .fast
  ) async throws(LimpidError) {
    let executor = WorkExecutor()
    let path = try folder.filePath
    (pipeline, self.device) = try await executor.run {
      let engine = try Engine(
        device.packaged, dtype: dtype.packaged, isStrict: math == .strict)
      let pipeline = try Generation.TextToImage(try Folder(path), on: engine)
      return (pipeline, try Device.opened(by: engine))
    }
    self.executor = executor
  }

  /// Makes a picture for each request. What becomes of one does not depend on the others.
  /// - Parameters:
  ///   - requests: what the pictures are to show.
  ///   - options: how they are made.
  ///   - progress: told what is done, and ended with the work.
  /// - Returns: pictures in the order of the requests.
  /// - Throws: ``LimpidError`` for options out of their ranges, control images that do not fit, a
  ///   device that fails or has too little memory, or when the task is cancelled.
  public func pictures(
    of requests: [Request], _ options: Options = Options(),
    reportingTo progress: WorkProgress? = nil
  ) async throws(LimpidError) -> [Picture] {
    defer { progress?.finish() }
    let options = try options.packaged(step: pipeline.autoencoder.pixelsPerLatent)
    return try await executor.run {
      try self.pipeline.pictures(of: requests.map(\.packaged), options) { step in
        progress?.tell(step)
        try Cancellation.check()
      }.map { Picture($0) }
    }
  }
}
