import ArgumentParser
import Batch
import Logging
import Paths
import Pictures
import Restoration

/// A run over a list of images; an image that fails does not stop the others.
struct RestoreRun {
  let list: JobList
  let recipe: Recipe
  let batch: BatchOptions
  let files: FileOptions
  let running: RunOptions
  let reporter: any Reporter
  let logger: Logger

  /// - Parameter feed: what the run is to do in place of the list; nil for the list.
  /// - Throws: what the process ends with unless everything went well.
  func perform(on services: [any RestorationService], _ feed: (any JobFeed)? = nil) throws {
    let devices = services.map(\.device)
    for device in devices { logger.debug("\(recipe.model) on \(device.description)") }
    for notice in Set(devices.compactMap(\.notice)).sorted() { logger.warning("\(notice)") }
    if recipe.precision.isUnmeasured, devices.contains(where: \.hasMatrixUnits) {
      logger.notice("\(StoragePrecision.advice)")
    }
    var summary = RunSummary(list, feed)
    let start = ContinuousClock.now
    reporter.started(summary, recipe, devices)
    tellOfOthers(&summary)
    if feed != nil || !list.jobs.isEmpty, summary.end == nil {
      let run = BatchRun(batch, on: services)
      let feeding = feed.map { Feeding(run, by: $0) }
      if feeding == nil {
        run.add(list.jobs.map(files.job))
        run.close()
      }
      follow(run, &summary)
      summary.end = summary.end ?? feeding?.failure
    }
    summary.duration = .now - start
    recordEnd(&summary)
    reporter.done(summary)
    try conclude(summary)
  }

  /// Reports what was met and is not restored.
  private func tellOfOthers(_ summary: inout RunSummary) {
    for job in list.skipped {
      reporter.skipped(job)
      logger.debug("\(job.input): done already")
    }
    for image in list.passedOver {
      reporter.passedOver(image)
      let level: Logger.Level = image.isNamed ? .notice : .debug
      logger.log(level: level, "\(image.path): passed over: \(image.reason)")
    }
    for image in list.lost {
      summary.failures.append((image.path, image.error))
      reporter.lost(image)
    }
    if running.failFast { summary.end = list.lost.first?.error }
  }

  /// Reports what happens until nothing more does.
  private func follow(_ run: BatchRun, _ summary: inout RunSummary) {
    var deadline: ContinuousClock.Instant?
    while true {
      let event = run.next(within: .milliseconds(100))
      if case .ended = event { return }
      if let event { take(event, &summary) }
      reporter.waited()
      if summary.end == nil, let end = Interruption.error {
        let drains = end.kind == .terminated && running.grace != nil
        summary.end = drains ? LimpidError(.temporary, "terminated before all was done") : end
        deadline = .now + .seconds(drains ? running.grace ?? 0 : 0)
        run.stop(dropping: !drains)
      }
      let failed = summary.failures.last?.error
      if summary.end == nil, let failed, failed.endsRun || running.failFast || summary.isStream {
        summary.end = failed
        run.stop(dropping: true)
      }
      if let limit = deadline, .now >= limit {
        deadline = nil
        run.stop(dropping: true)
      }
    }
  }

  private func take(_ event: BatchEvent, _ summary: inout RunSummary) {
    switch event {
    case .started(let job): reporter.imageStarted(job)
    case .progressed(let job, let event): reporter.progressed(job, event)
    case .done(let job, let report):
      summary.add(report, of: job)
      reporter.imageDone(job, report)
      for warning in report.warnings { logger.warning("\(job.source.name): \(warning)") }
    case .failed(let job, let phase, let error):
      summary.failures.append((job.source.name, error))
      reporter.imageFailed(job, phase, error)
      record(job, error)
    case .noted(let text): logger.warning("\(text)")
    case .answered, .ended: break
    }
  }

  private func record(_ job: Job, _ error: LimpidError) {
    guard let ledger = files.ledger, !error.endsRun else { return }
    // Without a record, too, the next run tries again.
    try? ledger.recordFailure(of: job, error, fingerprint: recipe.fingerprint)
  }

  private func recordEnd(_ summary: inout RunSummary) {
    guard summary.end == nil, let ledger = files.ledger else { return }
    do throws(LimpidError) {
      try ledger.end(
        restored: summary.restored, failed: summary.failures.count, skipped: summary.skipped,
        passedOver: summary.passedOver.count)
    } catch {
      summary.end = error
    }
  }

  /// Tells what failed, and ends with the code that says how much.
  private func conclude(_ summary: RunSummary) throws {
    if summary.images == 1, summary.skipped == 0 || summary.isStream,
      let only = summary.failures.first
    {
      throw only.error
    }
    if !summary.failures.isEmpty {
      Terminal.complain("\(summary.failures.count) of \(summary.images) images failed:")
      for failure in summary.failures.sorted(by: { $0.input < $1.input }) {
        Terminal.tell("  \(Terminal.visible(failure.error.line))\n")
      }
    }
    if let end = summary.end { throw end }
    guard !summary.failures.isEmpty else { return }
    if summary.failures.allSatisfy({ $0.error.kind == .temporary }) {
      throw ExitCode(LimpidError.Kind.temporary.exitCode)
    }
    throw Self.exitCode(failed: summary.failures.count, of: summary.images + summary.skipped)
  }

  /// 1 when a part of the images failed, 2 when all did.
  static func exitCode(failed: Int, of all: Int) -> ExitCode {
    ExitCode(failed < all ? 1 : LimpidError.Kind.failed.exitCode)
  }
}

/// What a run came to.
struct RunSummary {
  private let listed: Int
  /// Whether they are frames, of which none can be missing.
  let isStream: Bool
  /// Whether nobody knows before the last how many there are.
  let isOpen: Bool
  /// What was met besides.
  let passedOver: [PassedOver]
  /// That were there already.
  let skipped: Int
  var restored = 0
  var pixels = 0
  /// Of restored images, where that was asked for.
  var quality = QualityTable()
  var failures: [(input: Path, error: LimpidError)] = []
  /// What ended the run before all images were done.
  var end: LimpidError?
  var duration = Duration.zero

  /// - Parameter feed: nil where the list is restored.
  init(_ list: JobList, _ feed: (any JobFeed)?) {
    let frames = feed as? FrameFeed
    (isStream, isOpen) = (frames != nil, feed != nil)
    listed = list.jobs.count + list.lost.count
    skipped = list.skipped.count + (frames?.done ?? 0)
    passedOver = list.passedOver
  }

  mutating func add(_ report: FileReport, of job: Job) {
    restored += 1
    pixels += report.pixels
    if let measured = report.quality { quality.add(job.name, measured) }
  }

  /// That were to be restored, as far as that is known.
  var images: Int { isOpen && !isStream ? restored + failures.count : listed }

  /// 10^6 pixels per second.
  var megapixelsPerSecond: Double {
    Double(pixels) * 1e-6 / max(duration.seconds, 1e-9)
  }
}
