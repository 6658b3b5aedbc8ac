import Batch
import Glibc
import Paths
import Pictures
import Restoration

/// One JSON object per line.
final class JSONReporter: Reporter {
  /// Raised when the meaning of a field changes.
  private static let schema = 1
  private let sparesOutput: Bool
  private let runID = String(UInt64.random(in: 0...UInt64.max), radix: 16)

  /// - Parameter sparesOutput: whether standard output is a picture's, and lines go to the other.
  init(sparesOutput: Bool) { self.sparesOutput = sparesOutput }

  func started(_ summary: RunSummary, _ recipe: Recipe, _ devices: [ServiceDevice]) {
    emit(
      "run_started",
      [
        ("n", summary.isOpen && !summary.isStream ? .null : .integer(summary.images)),
        ("model", .text(recipe.model)),
        ("device", .text(Self.distinct(devices.map(\.identifier)))),
        ("driver", devices.first?.driver.map(JSON.text) ?? .null),
        ("dtype", .text(recipe.precision.dtype.rawValue)),
        ("config_sha", .text(recipe.fingerprint)),
        ("bundle_sha", .text(recipe.modelDigest)), ("skipped", .integer(summary.skipped)),
      ])
  }

  func skipped(_ job: FileJob) {
    emit(
      "image_skipped",
      [
        ("in", .text(job.input.text)), ("out", .text(job.output.text)),
        ("reason", .text("done already")),
      ])
  }

  func passedOver(_ image: PassedOver) {
    guard image.isRecorded else { return }
    emit(
      "image_passed_over",
      [("in", .text(image.path.text)), ("reason", .text(image.reason.description))])
  }

  func lost(_ image: LostImage) {
    emit(
      "image_failed",
      [("in", .text(image.path.text)), ("out", .null)] + Self.members(image.error, "search"))
  }

  func imageStarted(_ job: Job) { emit("image_started", Self.members(job)) }

  /// The end of the last tile is that of the image.
  func progressed(_ job: Job, _ event: RestorationEvent) {
    let share = ("share", JSON.number(event.share))
    switch event {
    case .tile(let share) where share >= 1: break
    case .working: break
    case .tile: emit("tile", Self.members(job) + [share])
    case .step(let stage, let number, let count, _):
      emit(
        "step",
        Self.members(job) + [
          ("stage", .text(stage)), ("number", .integer(number)), ("of", .integer(count)), share,
        ])
    case .round(let round, _, _): emit("round", Self.members(job) + Self.members(round) + [share])
    }
  }

  func imageDone(_ job: Job, _ report: FileReport) {
    emit(
      "image_done",
      Self.members(job) + [
        ("w", .integer(report.width)), ("h", .integer(report.height)),
        ("pages", .integer(report.pages)),
        ("ms_decode", .number(report.decoding.milliseconds)),
        ("ms_queue", .number(report.queueing.milliseconds)),
        ("ms_compute", .number(report.computing.milliseconds)),
        ("ms_encode", .number(report.encoding.milliseconds)),
        ("peak_vram", .integer(report.peakBytes)),
        // As text, since not every reader of numbers keeps all of its 64 bits.
        ("seed", report.seed.map { .text("\($0)") } ?? .null),
        ("tile", report.tile.map { .text("\($0.width)x\($0.height)") } ?? .null),
        ("sha256", .text(report.hash)),
        ("warnings", .list(report.warnings.map(JSON.text))),
        ("rounds", .list(report.rounds.map { .object(Self.members($0)) })),
        ("steps", .list(report.steps.map { .text($0.text) })),
      ] + (report.quality?.members() ?? []))
  }

  func imageFailed(_ job: Job, _ phase: BatchPhase, _ error: LimpidError) {
    emit(
      "image_failed",
      Self.members(job) + Self.members(error, phase.rawValue))
  }

  func done(_ summary: RunSummary) {
    emit(
      "run_done",
      [
        ("ok", .integer(summary.restored)), ("failed", .integer(summary.failures.count)),
        ("skipped", .integer(summary.skipped)),
        ("passed_over", .integer(summary.passedOver.count)),
        ("mpix_s", .number(summary.megapixelsPerSecond)),
      ] + (summary.quality.rows.isEmpty ? [] : summary.quality.mean.members()))
  }

  /// Each name once, between commas.
  private static func distinct(_ names: [String]) -> String {
    names.enumerated().filter { !names[..<$0.offset].contains($0.element) }.map(\.element)
      .joined(separator: ",")
  }

  private static func members(_ round: RestorationRound.Report) -> [(String, JSON)] {
    [
      ("number", .integer(round.number)), ("label", .text(round.label)),
      (
        "probabilities",
        .object(round.probabilities.map { ($0.label, .number(Double($0.value))) })
      ),
      ("structure_weight", round.structureWeight.map { .number(Double($0)) } ?? .null),
      ("ms", .number(round.seconds * 1000)),
    ]
  }

  private static func members(_ job: Job) -> [(String, JSON)] {
    [("in", .text(job.source.name.text)), ("out", .text(job.sink.name.text))]
  }

  private static func members(_ error: LimpidError, _ stage: String) -> [(String, JSON)] {
    [
      ("code", .integer(Int(error.exitCode))), ("stage", .text(stage)),
      ("message", .text(error.line)), ("retryable", .flag(error.isRetryable)),
    ]
  }

  private func emit(_ event: String, _ members: [(String, JSON)]) {
    let head: [(String, JSON)] = [
      ("event", .text(event)), ("schema", .integer(Self.schema)), ("ts", .text(Self.timestamp)),
      ("run_id", .text(runID)),
    ]
    let line = JSON.object(head + members).encoded
    if sparesOutput { Terminal.tell(line + "\n") } else { Terminal.say(line) }
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
