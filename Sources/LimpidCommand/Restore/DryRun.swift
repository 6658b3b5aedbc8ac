import Batch
import Images
import Pictures
import Restoration

/// What a run would do, and what it would take, without doing it.
struct DryRun {
  private let list: JobList
  private let options: BatchOptions

  init(_ list: JobList, _ options: BatchOptions) {
    self.list = list
    self.options = options
  }

  /// Prints a line per image: input, output, size, tiles, device memory, seconds.
  /// - Throws: what a run would end with, as far as it can be known without decoding.
  func perform() throws {
    for job in list.skipped { Terminal.say("\(job.input) -> \(job.output)  done already") }
    for image in list.passedOver where image.isNamed {
      Terminal.complain("\(image.path): passed over: \(image.reason)")
    }
    for image in list.lost { Terminal.complain(image.error.line) }
    guard !list.jobs.isEmpty else {
      guard let first = list.lost.first else { return }
      throw first.error
    }
    let restorer = try Restorer(options.devices[0])
    let found = list.jobs.map { job in Result { try headers(job) } }
    var predicted = try PredictedNeeds(of: found.flatMap { (try? $0.get()) ?? [] }, by: restorer)
    var (seconds, peak, failed) = (0.0, 0, list.lost.count)
    for (job, pages) in zip(list.jobs, found) {
      do {
        let pages = try pages.get()
        let needs = try pages.map { try predicted.need(of: $0) }
        let time = needs.reduce(0) { $0 + $1.seconds }
        let bytes = needs.map(\.bytes).max() ?? 0
        (seconds, peak) = (seconds + time, max(peak, bytes))
        let more = pages.count > 1 ? " and \(pages.count - 1) more pages" : ""
        let tiles = try restorer.tiles(width: pages[0].width, height: pages[0].height)
          .map { ", \($0.count) tiles of \($0.width)x\($0.height)" }
        Terminal.say(
          "\(job.input) -> \(job.output)  \(pages[0].width)x\(pages[0].height)\(more)"
            + "\(tiles ?? ""), \(bytes >> 20) MiB, \(time.rounded(2)) s")
      } catch {
        failed += 1
        Terminal.complain(LimpidError(error, subject: job.input).line)
      }
    }
    let devices = Double(options.devices.count)
    let count = list.jobs.count + list.lost.count
    Terminal.complain(
      "\(count - failed) of \(count) images, about "
        + "\(Pace.words(seconds / devices)), at most \(peak >> 20) MiB on "
        + restorer.engine.description)
    if failed > 0 { throw RestoreRun.exitCode(failed: failed, of: count) }
  }

  /// Checks what the run would check before it decodes pixels.
  private func headers(_ job: FileJob) throws -> [ImageHeader] {
    let encoding = try options.output.encoding(for: job.output)
    let pages = try ImageHeader.pages(of: job.input, all: options.output.pages == .all)
    guard pages.count == 1 || encoding.format == .tiff else {
      throw PageEncoder.holdsOnePage(encoding.format)
    }
    let loses = options.output.background != nil || options.output.alpha == .drop
    guard encoding.format != .jpeg || !pages[0].hasAlpha || loses else {
      throw ImageError.unfit(.jpeg, .transparency)
    }
    return pages
  }
}
