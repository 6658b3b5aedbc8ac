import Glibc
import Limpid

/// One JSON object per line on standard output.
final class JSONReporter: Reporter {
  /// Raised when the meaning of a field changes.
  private static let schema = 1
  private let runID = String(UInt64.random(in: 0...UInt64.max), radix: 16)
  private let dtype: String

  init(dtype: String) { self.dtype = dtype }

  func started(_ count: Int, _ restorer: Restorer) {
    emit(
      "run_started",
      [
        ("n", .integer(count)), ("model", .text(restorer.model.name)),
        ("device", .text(restorer.engine.identifier)),
        ("driver", restorer.engine.device.map { .text($0.driver) } ?? .null),
        ("dtype", .text(dtype)),
      ])
  }

  func imageStarted(_ job: Job) { emit("image_started", Self.members(job)) }

  func imageDone(_ job: Job, _ report: Restorer.FileReport) {
    emit(
      "image_done",
      Self.members(job) + [
        ("w", .integer(report.width)), ("h", .integer(report.height)),
        ("ms_decode", .number(report.decoding.milliseconds)),
        ("ms_compute", .number(report.computing.milliseconds)),
        ("ms_encode", .number(report.encoding.milliseconds)),
        ("tile", report.tile.map { .text("\($0.width)x\($0.height)") } ?? .null),
        ("warnings", .list(report.warnings.map(JSON.text))),
      ])
  }

  func imageFailed(_ job: Job, _ error: LimpidError) {
    let isRetryable = error.kind == .temporary || error.kind == .transfer
    emit(
      "image_failed",
      Self.members(job) + [
        ("code", .integer(Int(error.kind.rawValue))), ("message", .text(error.description)),
        ("retryable", .flag(isRetryable)),
      ])
  }

  func done(_ summary: RunSummary) {
    emit(
      "run_done",
      [
        ("ok", .integer(summary.restored)), ("failed", .integer(summary.failures.count)),
        ("skipped", .integer(0)), ("mpix_s", .number(summary.megapixelsPerSecond)),
      ])
  }

  private static func members(_ job: Job) -> [(String, JSON)] {
    [("in", .text(job.input)), ("out", .text(job.output))]
  }

  private func emit(_ event: String, _ members: [(String, JSON)]) {
    let head: [(String, JSON)] = [
      ("event", .text(event)), ("schema", .integer(Self.schema)), ("ts", .text(Self.timestamp)),
      ("run_id", .text(runID)),
    ]
    Terminal.say(JSON.object(head + members).encoded)
  }

  /// Now, in UTC, as RFC 3339 says.
  private static var timestamp: String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    gmtime_r(&now.tv_sec, &parts)
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
      strftime(buffer.baseAddress!, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
      return String(cString: buffer.baseAddress!)
    }
    let milliseconds = String(now.tv_nsec / 1_000_000)
    return text + "." + String(repeating: "0", count: 3 - milliseconds.count) + milliseconds + "Z"
  }
}
