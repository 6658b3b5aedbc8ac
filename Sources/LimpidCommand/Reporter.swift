import Limpid

/// Tells how a run gets on.
protocol Reporter {
  func started(_ count: Int, _ restorer: Restorer)
  func imageStarted(_ job: Job)
  /// - Parameter share: of this image, 0 to 1.
  func progressed(_ job: Job, share: Double)
  func imageDone(_ job: Job, _ report: Restorer.FileReport)
  func imageFailed(_ job: Job, _ error: LimpidError)
  func done(_ summary: RunSummary)
}

extension Reporter {
  func started(_ count: Int, _ restorer: Restorer) {}
  func imageStarted(_ job: Job) {}
  func progressed(_ job: Job, share: Double) {}
  func imageDone(_ job: Job, _ report: Restorer.FileReport) {}
  func imageFailed(_ job: Job, _ error: LimpidError) {}
  func done(_ summary: RunSummary) {}
}

/// Says nothing.
struct SilentReporter: Reporter {}

/// One line per image on standard error, at most one every five seconds, and one at the end.
final class LineReporter: Reporter {
  private let interval = Duration.seconds(5)
  private var lastLine = ContinuousClock.now
  private var total = 0
  private var finished = 0

  func started(_ count: Int, _ restorer: Restorer) { total = count }

  func imageDone(_ job: Job, _ report: Restorer.FileReport) {
    finished += 1
    guard total > 1 else { return }
    tellSometimes()
  }

  func imageFailed(_ job: Job, _ error: LimpidError) {
    finished += 1
    tellSometimes()
  }

  func done(_ summary: RunSummary) {
    guard summary.restored > 0 else { return }
    let images = summary.restored == 1 ? "1 image" : "\(summary.restored) images"
    Terminal.complain("\(images) restored in \(summary.duration.seconds.rounded(2)) s")
  }

  private func tellSometimes() {
    guard finished < total, ContinuousClock.now - lastLine >= interval else { return }
    lastLine = .now
    Terminal.complain("\(finished) of \(total) images done")
  }
}

/// A bar on the terminal that is drawn anew as work proceeds.
final class BarReporter: Reporter {
  private static let width = 30
  private var total = 1
  private var finished = 0

  func started(_ count: Int, _ restorer: Restorer) { total = count }

  func imageStarted(_ job: Job) { draw(0, job) }

  func progressed(_ job: Job, share: Double) { draw(share, job) }

  func imageDone(_ job: Job, _ report: Restorer.FileReport) { finished += 1 }

  func imageFailed(_ job: Job, _ error: LimpidError) { finished += 1 }

  func done(_ summary: RunSummary) {
    Terminal.tell("\r\u{1B}[K")
    LineReporter().done(summary)
  }

  private func draw(_ share: Double, _ job: Job) {
    let filled = Int((Double(finished) + share) / Double(total) * Double(Self.width))
    let bar =
      String(repeating: "#", count: filled)
      + String(repeating: ".", count: Self.width - filled)
    Terminal.tell("\r\u{1B}[K[\(bar)] \(finished)/\(total) \(Path.name(of: job.input))")
  }
}
