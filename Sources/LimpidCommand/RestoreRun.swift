import ArgumentParser
import Limpid
import Logging

/// Restores a list of images one after the other; an image that fails does not stop the others.
struct RestoreRun {
  let jobs: [Job]
  let restorer: Restorer
  let options: OutputOptions
  let reporter: any Reporter
  let logger: Logger

  /// - Throws: what the process ends with unless everything went well.
  func perform() throws {
    logger.debug("\(restorer.model.name) on \(restorer.engine.description)")
    var summary = RunSummary()
    let start = ContinuousClock.now
    reporter.started(jobs.count, restorer)
    for job in jobs {
      do throws(LimpidError) {
        let report = try restore(job)
        summary.add(report)
        reporter.imageDone(job, report)
      } catch  where error.kind == .interrupted || error.kind == .terminated {
        summary.end = error
        break
      } catch {
        summary.failures.append((job.input, error))
        reporter.imageFailed(job, error)
      }
    }
    summary.duration = ContinuousClock.now - start
    reporter.done(summary)
    try conclude(summary)
  }

  private func restore(_ job: Job) throws(LimpidError) -> Restorer.FileReport {
    try Interruption.check()
    reporter.imageStarted(job)
    let report = try restorer.restoreFile(at: job.input, to: job.output, options) {
      reporter.progressed(job, share: $0)
      try Interruption.check()
    }
    for warning in report.warnings { logger.warning("\(job.input): \(warning)") }
    return report
  }

  /// Tells what failed, and ends with the code that says how much.
  private func conclude(_ summary: RunSummary) throws {
    if jobs.count == 1, let only = summary.failures.first { throw only.error }
    if !summary.failures.isEmpty {
      Terminal.complain("\(summary.failures.count) of \(jobs.count) images failed:")
      for failure in summary.failures { Terminal.tell("  \(failure.error)\n") }
    }
    if let end = summary.end { throw end }
    guard summary.failures.isEmpty else {
      throw ExitCode(summary.restored == 0 ? LimpidError.Kind.failed.rawValue : 1)
    }
  }
}

/// What a run came to.
struct RunSummary {
  var restored = 0
  var pixels = 0
  var failures: [(input: String, error: LimpidError)] = []
  /// What ended the run before all images were done.
  var end: LimpidError?
  var duration = Duration.zero

  mutating func add(_ report: Restorer.FileReport) {
    restored += 1
    pixels += report.width * report.height
  }

  /// 10^6 pixels per second.
  var megapixelsPerSecond: Double {
    Double(pixels) * 1e-6 / max(duration.seconds, 1e-9)
  }
}
