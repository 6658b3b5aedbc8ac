import Batch
import Paths
import Pictures
import Restoration

/// Tells how a run gets on.
protocol Reporter {
  func started(_ summary: RunSummary, _ recipe: Recipe, _ devices: [ServiceDevice])
  /// What needs no work.
  func skipped(_ job: FileJob)
  func passedOver(_ image: PassedOver)
  /// What fails before work begins.
  func lost(_ image: LostImage)
  func imageStarted(_ job: Job)
  func progressed(_ job: Job, _ event: RestorationEvent)
  func imageDone(_ job: Job, _ report: FileReport)
  func imageFailed(_ job: Job, _ phase: BatchPhase, _ error: LimpidError)
  /// Called several times a second.
  func waited()
  func done(_ summary: RunSummary)
}

extension Reporter {
  func started(_ summary: RunSummary, _ recipe: Recipe, _ devices: [ServiceDevice]) {}
  func skipped(_ job: FileJob) {}
  func passedOver(_ image: PassedOver) {}
  func lost(_ image: LostImage) {}
  func imageStarted(_ job: Job) {}
  func progressed(_ job: Job, _ event: RestorationEvent) {}
  func imageDone(_ job: Job, _ report: FileReport) {}
  func imageFailed(_ job: Job, _ phase: BatchPhase, _ error: LimpidError) {}
  func waited() {}
  func done(_ summary: RunSummary) {}
}

/// Says nothing.
struct SilentReporter: Reporter {}

/// How far a run is and how fast.
struct Pace {
  /// nil when nobody knows.
  private(set) var total: Int?
  private(set) var finished = 0
  private var pixels = 0
  private let start = ContinuousClock.now

  init() {}

  init(_ summary: RunSummary) { total = summary.isOpen ? nil : max(summary.images, 1) }

  mutating func finish(pixels: Int = 0) {
    finished += 1
    self.pixels += pixels
  }

  /// Such as `12/300`.
  var count: String { "\(finished)" + (total.map { "/\($0)" } ?? "") }

  /// What is done of all, in [0, 1], with so much of what is at hand.
  func share(with current: Double) -> Double {
    min((Double(finished) + current) / Double(total ?? finished + 1), 1)
  }

  /// Such as `2.4 MP/s, 3 min left`.
  var description: String {
    let seconds = max((ContinuousClock.now - start).seconds, 1e-3)
    guard finished > 0 else { return "starting" }
    let pace = "\((Double(pixels) * 1e-6 / seconds).rounded(2)) MP/s"
    guard let total else { return pace }
    return pace + ", \(Self.words(seconds / Double(finished) * Double(total - finished))) left"
  }

  static func words(_ seconds: Double) -> String {
    let whole = Int(min(seconds.rounded(.up), 1e9))
    if whole < 60 { return "\(whole) s" }
    return whole < 3600
      ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}

/// A line on standard error every five seconds, and one at the end.
final class LineReporter: Reporter {
  private let interval = Duration.seconds(5)
  private var lastLine = ContinuousClock.now
  private var pace = Pace()

  func started(_ summary: RunSummary, _ recipe: Recipe, _ devices: [ServiceDevice]) {
    pace = Pace(summary)
  }

  func imageDone(_ job: Job, _ report: FileReport) {
    pace.finish(pixels: report.pixels)
  }

  func imageFailed(_ job: Job, _ phase: BatchPhase, _ error: LimpidError) { pace.finish() }

  func lost(_ image: LostImage) { pace.finish() }

  func progressed(_ job: Job, _ event: RestorationEvent) {
    guard case .round(let round, _, _) = event else { return }
    Terminal.complain("\(job.source.name): \(round.line)")
  }

  func waited() {
    guard pace.total != 1, ContinuousClock.now - lastLine >= interval else { return }
    lastLine = .now
    Terminal.complain("\(pace.count) images, \(pace.description)")
  }

  func done(_ summary: RunSummary) { Self.conclude(summary) }

  static func conclude(_ summary: RunSummary) {
    for line in summary.quality.lines { Terminal.tell(line + "\n") }
    let skipped = summary.skipped > 0 ? ", \(summary.skipped) were done already" : ""
    let others = summary.passedOver.counts.map {
      ", \(summary.passedOver.count) passed over: \($0)"
    }
    guard summary.restored > 0 || !skipped.isEmpty || others != nil else { return }
    let images = summary.restored == 1 ? "1 image" : "\(summary.restored) images"
    let seconds = summary.duration.seconds.rounded(2)
    Terminal.complain("\(images) restored in \(seconds) s\(skipped)\(others ?? "")")
  }
}

/// A bar on the terminal that is drawn anew as work proceeds.
final class BarReporter: Reporter {
  private static let width = 24
  private let interval = Duration.milliseconds(100)
  private var lastDrawn: ContinuousClock.Instant?
  private var pace = Pace()
  /// Of the images at hand.
  private var shares: [Path: Double] = [:]

  func started(_ summary: RunSummary, _ recipe: Recipe, _ devices: [ServiceDevice]) {
    pace = Pace(summary)
    BuildNotice.begin()
  }

  func progressed(_ job: Job, _ event: RestorationEvent) {
    shares[job.sink.name] = event.share
    if case .round(let round, _, _) = event {
      Terminal.tell("\r\u{1B}[K\(job.source.name): \(round.line)\n")
    }
  }

  func imageDone(_ job: Job, _ report: FileReport) {
    shares[job.sink.name] = nil
    pace.finish(pixels: report.pixels)
  }

  func imageFailed(_ job: Job, _ phase: BatchPhase, _ error: LimpidError) {
    shares[job.sink.name] = nil
    pace.finish()
  }

  func lost(_ image: LostImage) { pace.finish() }

  func waited() {
    if let lastDrawn, ContinuousClock.now - lastDrawn < interval { return }
    lastDrawn = .now
    let filled = Int(pace.share(with: shares.values.reduce(0, +)) * Double(Self.width))
    let bar =
      String(repeating: "#", count: filled)
      + String(repeating: ".", count: Self.width - filled)
    Terminal.tell("\r\u{1B}[K[\(bar)] \(pace.count) \(BuildNotice.text ?? pace.description)")
  }

  func done(_ summary: RunSummary) {
    Terminal.tell("\r\u{1B}[K")
    LineReporter.conclude(summary)
  }
}

extension RestorationRound.Report {
  /// Such as `step 1: blur (blur 81 %, noise 12 %, haze 4 %), 12.5 s`.
  fileprivate var line: String {
    let likeliest = probabilities.sorted { $0.value > $1.value }.prefix(3)
      .map { "\($0.label) \(Int(($0.value * 100).rounded())) %" }.joined(separator: ", ")
    let found = likeliest.isEmpty ? "" : " (\(likeliest))"
    let what = isChange ? label : "nothing more to remove"
    return "step \(number): \(what)\(found), \(seconds.rounded(2)) s"
  }
}
