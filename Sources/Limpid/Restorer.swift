import Execution
import Foundation
import Models
import Pictures
import Restoration

/// Restores pictures with one model on one device.
///
/// It may be used from any task. The work is done on a thread of its own, so that it keeps nothing
/// else waiting, and pictures that are asked for at once take turns. When a task is cancelled, its
/// work ends after the launch or step at hand with an error of kind ``LimpidError/Kind/cancelled``.
public final class Restorer: Sendable {
  /// What was asked for.
  public let configuration: Configuration
  /// Where the model runs.
  public let device: Device

  private let executor: WorkExecutor
  private let restorer: Restoration.Restorer

  /// Opens a device and loads a model.
  /// - Throws: ``LimpidError`` when the model is damaged or unknown, the device is not there, or
  ///   the configuration holds what is out of its range or not for the model.
  public init(_ configuration: Configuration = Configuration()) async throws(LimpidError) {
    let executor = WorkExecutor()
    // What is out of its range is told before a model is read.
    _ = try configuration.packaged
    let path = try configuration.model.map { url throws(LimpidError) in try url.filePath }
    (restorer, device) = try await executor.run {
      let model = try Model(path ?? BuiltInModel(enlarging: configuration.scale).path)
      if !configuration.allowsUnusedTensors { try model.requireNoneUnused() }
      let engine = try configuration.engine
      let restorer = try Restoration.Restorer(
        model, on: engine, try configuration.packaged)
      return (restorer, try Device.opened(by: engine))
    }
    (self.configuration, self.executor) = (configuration, executor)
  }

  /// Restores a picture.
  /// - Parameters:
  ///   - picture: of any size.
  ///   - progress: told what is done, and ended with the work.
  /// - Throws: ``LimpidError`` when a text that the model needs is not given, the device fails or
  ///   its memory does not suffice, or the task is cancelled.
  public func restore(
    _ picture: Picture, reportingTo progress: WorkProgress? = nil
  ) async throws(LimpidError) -> RestoredPicture {
    try await restore([Subject(picture)], reportingTo: progress)[0].get()
  }

  /// Restores pictures of one size together. What becomes of each is the same, bit for bit, as
  /// alone.
  /// - Parameters:
  ///   - subjects: pictures, with what belongs to each alone.
  ///   - progress: told what is done, and ended with the work.
  /// - Returns: a result for each picture, in order: one that fails its check fails alone.
  /// - Throws: ``LimpidError`` for pictures of several sizes, and as
  ///   ``restore(_:reportingTo:)-(Picture,_)``.
  public func restore(
    _ subjects: [Subject], reportingTo progress: WorkProgress? = nil
  ) async throws(LimpidError) -> [Result<RestoredPicture, LimpidError>] {
    defer { progress?.finish() }
    guard Set(subjects.map(\.size)).count <= 1 else {
      throw LimpidError(.invalidRequest, "pictures that are restored together have one size")
    }
    return try await executor.run {
      let seed = self.configuration.sampling.seed
      let subjects = try subjects.map { try $0.packaged(self.restorer.guides, seed: seed) }
      return try self.restorer.restore(subjects, reporting: Self.report(to: progress))
        .map { result in result.map { RestoredPicture($0) }.mapError { LimpidError($0) } }
    }
  }

  /// Restores an image file into another, which appears whole or not at all.
  ///
  /// Size, bit depth, transparency, colour profile and metadata stay unless the options say
  /// otherwise. Random numbers begin as ``Sampling/seedMode`` says, where they do for the program
  /// `limpid`.
  /// - Parameters:
  ///   - input: an image of at most 268 megapixels, in any format that can be read.
  ///   - output: a file; folders that it lies in are created. Never the input.
  ///   - options: how it is written.
  ///   - progress: told what is done, of one page after the other, and ended with the work.
  /// - Returns: what became of each page that was restored, in order.
  /// - Throws: ``LimpidError``, which names the file.
  @discardableResult
  public func restoreFile(
    at input: URL, to output: URL, _ options: OutputOptions = OutputOptions(),
    reportingTo progress: WorkProgress? = nil
  ) async throws(LimpidError) -> [RestoredPicture] {
    defer { progress?.finish() }
    let (source, target) = (try input.filePath, try output.filePath)
    let options = try options.packaged
    return try await executor.run {
      try self.restorer.restoreFile(
        at: source, to: target, options, unless: { Task.isCancelled },
        reporting: Self.report(to: progress)
      ).map { RestoredPicture($0) }
    }
  }

  /// Tells what happens, and ends the work once the task is cancelled.
  private static func report(to progress: WorkProgress?) -> (RestorationEvent) throws -> Void {
    { event in
      progress?.tell(event)
      try Cancellation.check()
    }
  }
}
