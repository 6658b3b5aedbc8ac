import Images
import Synchronization

/// An image on its way through a run. Its pages, of which most files have one, are restored
/// in any order and come together here.
final class Document: Sendable {
  let job: Job
  let encoding: EncodingOptions
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var hasFailed = false
    /// Restored before one that comes earlier in the file.
    var waiting: [Int: RestoredImage] = [:]
    var next = 0
    var encoder: PageEncoder
    var report = FileReport()
  }

  init(_ job: Job, _ encoding: EncodingOptions) {
    (self.job, self.encoding) = (job, encoding)
    state = Mutex(State(encoder: PageEncoder(encoding)))
  }

  var hasFailed: Bool { state.withLock { $0.hasFailed } }

  /// Gives the whole file up.
  /// - Returns: false when that was done already.
  func fail() -> Bool {
    state.withLock { state in
      guard !state.hasFailed else { return false }
      state.hasFailed = true
      state.waiting = [:]
      return true
    }
  }

  /// Takes a restored page and encodes it, and those that waited for it.
  /// - Parameter encode: adds a page to the file and to what is reported of it.
  /// - Returns: the file when it is whole.
  func add(
    _ page: RestoredImage,
    _ encode: (RestoredImage, inout PageEncoder, inout FileReport) throws -> Void
  ) throws -> (file: EncodedImage, report: FileReport)? {
    try state.withLock { state in
      guard !state.hasFailed else { return nil }
      state.waiting[page.source.page] = page
      while let next = state.waiting.removeValue(forKey: state.next) {
        try encode(next, &state.encoder, &state.report)
        state.next += 1
        if next.source.isLast { return (try state.encoder.finish(), state.report) }
      }
      return nil
    }
  }
}
