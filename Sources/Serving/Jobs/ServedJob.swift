import Batch
import Foundation
import Images
import Paths
import Pictures
import Restoration
import Synchronization

/// A picture that a client wants restored, from the moment in which it is let in.
package final class ServedJob: Sendable {
  /// 128 random bits: who does not know it cannot guess it.
  package let id: String
  /// Whose it is.
  package let owner: String
  package let model: String
  /// What the client calls the picture.
  let fileName: Path
  /// Of the picture, all its pages together.
  let pixels: Int
  let output: OutputOptions
  let format: ImageFormat
  let system: SystemOptions
  let guides: GuideSources
  private let metrics: ServerMetrics
  private let created = Date()
  private let state: Mutex<Contents>

  private struct Contents: Sendable {
    var state = JobState.queued
    var progress = 0.0
    var upload: [UInt8]
    /// nil when they have been decoded, or nobody wants them any more.
    var pictures: GuidePictures?
    /// Held until the job has ended.
    var held: [any AnyObject & Sendable]
    var file: [UInt8]?
    var result: RestoredFile?
    var fault: RequestFault?
    var ended: ContinuousClock.Instant?
    var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
    var watched = 0
  }

  /// - Parameters:
  ///   - metrics: counts how it ends.
  ///   - held: until it has ended; given back while its lock is held.
  init(
    _ order: PictureOrder, of owner: String, counting metrics: ServerMetrics,
    holding held: [any AnyObject & Sendable]
  ) {
    var generator = SystemRandomNumberGenerator()
    id = (0..<2).map { _ in Self.digits(generator.next()) }.joined()
    (self.owner, self.metrics) = (owner, metrics)
    (model, fileName, pixels) = (order.model, order.name, order.pixels)
    (output, format) = (order.output, order.format)
    (system, guides) = (order.system, order.guides)
    state = Mutex(Contents(upload: order.file, pictures: order.pictures, held: held))
  }

  private static func digits(_ number: UInt64) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  package var snapshot: JobSnapshot {
    state.withLock { contents in
      JobSnapshot(
        id: id, model: model, state: contents.state, progress: contents.progress, created: created,
        result: contents.state == .done ? "/v1/jobs/\(id)/result" : nil,
        error: contents.fault?.message)
    }
  }

  /// What it became; nil while it is under way.
  package var outcome: Result<RestoredFile, RequestFault>? {
    state.withLock { contents in
      if let result = contents.result { return .success(result) }
      return contents.fault.map(Result.failure)
    }
  }

  /// When it ended; nil while it is under way.
  var ended: ContinuousClock.Instant? { state.withLock { $0.ended } }
  /// Bytes of the result.
  var resultBytes: Int { state.withLock { $0.result?.bytes.count ?? 0 } }
  var isOver: Bool { state.withLock { $0.state.isFinal } }

  /// Says something after each change until the job has ended, and once before.
  package func changes() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    continuation.yield()
    let number = state.withLock { contents -> Int? in
      guard !contents.state.isFinal else { return nil }
      contents.watched += 1
      contents.watchers[contents.watched] = continuation
      return contents.watched
    }
    guard let number else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [self] _ in
      state.withLock { _ = $0.watchers.removeValue(forKey: number) }
    }
    return stream
  }

  /// Takes the file out of the memory of the job, which needs it once.
  /// - Throws: when nobody wants it any more.
  func takeUpload() throws(LimpidError) -> [UInt8] {
    let upload: [UInt8]? = state.withLock { contents in
      guard !contents.state.isFinal else { return nil }
      defer { contents.upload = [] }
      return contents.upload
    }
    guard let upload else { throw Self.cancelled }
    return upload
  }

  /// Takes the files of the pictures that belong to it out of the memory of the job.
  /// - Throws: when nobody wants it any more.
  func takePictures() throws(LimpidError) -> GuidePictures {
    let pictures = state.withLock { contents in
      defer { contents.pictures = nil }
      return contents.pictures
    }
    guard let pictures else { throw Self.cancelled }
    return pictures
  }

  private static let cancelled = LimpidError(.interrupted, "it was cancelled")

  func begin() { change { $0.state = .running } }

  func advance(to share: Double) {
    change { $0.progress = max($0.progress, min(max(share, 0), 1)) }
  }

  func keep(_ file: [UInt8]) { state.withLock { $0.file = file } }

  /// Ends the job with the file that was kept.
  func finish(_ report: FileReport) {
    change { contents in
      let timing = [
        ("decode", report.decoding), ("queue", report.queueing), ("compute", report.computing),
        ("encode", report.encoding),
      ]
      contents.result = RestoredFile(
        bytes: contents.file ?? [], format: format, width: report.width, height: report.height,
        timing: timing.map { (name: $0.0, seconds: $0.1 / .seconds(1)) },
        warnings: report.warnings)
      contents.file = nil
      (contents.state, contents.progress) = (.done, 1)
      metrics.succeeded(model, report, pixels: pixels)
    }
  }

  package func fail(_ fault: RequestFault) {
    change { contents in
      (contents.state, contents.fault) = (.failed, fault)
      metrics.failed(model, fault)
    }
  }

  /// Gives the job up, unless it has ended. What a device is at is finished and dropped.
  package func cancel() {
    let fault = RequestFault(410, "cancelled", "the job was cancelled")
    change { contents in
      (contents.state, contents.fault) = (.cancelled, fault)
      metrics.failed(model, fault)
    }
  }

  /// Changes what has not ended, and tells those who watch.
  private func change(_ body: (inout Contents) -> Void) {
    let (watchers, isOver) = apply(body)
    for watcher in watchers {
      watcher.yield()
      if isOver { watcher.finish() }
    }
  }

  /// A job that is seen to have ended, by whoever asks or is told, has been counted and holds
  /// nothing: all that happens while its lock is held.
  /// - Returns: who is to be told, and whether there will be no more.
  private func apply(
    _ body: (inout Contents) -> Void
  ) -> (watchers: [AsyncStream<Void>.Continuation], isOver: Bool) {
    state.withLock { contents in
      guard !contents.state.isFinal else { return ([], false) }
      body(&contents)
      let watchers = Array(contents.watchers.values)
      guard contents.state.isFinal else { return (watchers, false) }
      (contents.upload, contents.pictures) = ([], nil)
      (contents.held, contents.watchers) = ([], [:])
      contents.ended = .now
      return (watchers, true)
    }
  }
}
