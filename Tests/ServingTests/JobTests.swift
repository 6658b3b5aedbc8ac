import Images
import LimpidCommand
import Logging
import Pictures
import Testing

@testable import Batch
@testable import Serving

/// Jobs from the moment in which they are let in until they are forgotten.
@Suite struct JobTests {
  private static func job(
    of owner: String = "", holding held: [any AnyObject & Sendable] = []
  ) throws -> ServedJob {
    let form = try RestorationForm(ServerRequest("POST", "/v1/jobs", [], try samplePNG()))
    let catalogue = try ModelCatalogue(ServeSettings())
    let (requested, model) = try catalogue.restoration(form)
    let order = try PictureOrder(form, requested, model: model, ImageLimits())
    return ServedJob(order, of: owner, counting: ServerMetrics([]), holding: held)
  }

  private static func end(_ job: ServedJob, bytes: Int) {
    job.keep([UInt8](repeating: 0, count: bytes))
    job.finish(FileReport())
  }

  @Test func theOldestResultsGoWhereAllAreTooLarge() throws {
    var limits = ServeLimits()
    limits.resultBytes = 100
    let store = JobStore(limits)
    let jobs = try (0..<4).map { _ in try Self.job() }
    for job in jobs { store.add(job) }
    for job in jobs.prefix(3) { Self.end(job, bytes: 40) }
    store.expire()
    #expect(throws: RequestFault.self) { try store.job(jobs[0].id, of: "") }
    for job in jobs.dropFirst() { #expect(try store.job(job.id, of: "") === job) }
    #expect(store.all(of: "").map(\.state) == [.done, .done, .queued])
    #expect(throws: RequestFault.self) { try store.job(jobs[1].id, of: "somebody") }
    #expect(store.all(of: "somebody").isEmpty && Set(jobs.map(\.id)).count == 4)
  }

  /// A picture that was let in just before the server began to end.
  @Test func whatComesTooLateIsRefused() throws {
    let runs = ModelRuns(
      ServeSettings(), ServerMetrics([]), Logger(label: "test"),
      starting: { _ throws(LimpidError) in throw LimpidError(.unavailable, "no device") })
    runs.close(dropping: false)
    let job = try Self.job()
    runs.restore(job, with: WorkerOptions())
    #expect(throws: RequestFault.draining) { try job.outcome?.get() }
  }

  @Test func whatHasEndedHoldsNothingAndStaysAsItIs() async throws {
    let admission = Admission(ServeLimits())
    let job = try Self.job(holding: [try admission.enter("", seconds: 1)])
    var changes = job.changes().makeAsyncIterator()
    #expect(await changes.next() != nil && admission.count == 1)
    job.begin()
    job.advance(to: 0.5)
    #expect(await changes.next() != nil)
    #expect(job.snapshot.state == .running && job.snapshot.progress == 0.5)
    job.cancel()
    #expect(admission.count == 0 && job.snapshot.state == .cancelled)
    while await changes.next() != nil {}
    Self.end(job, bytes: 1)
    job.advance(to: 0.7)
    #expect(job.snapshot.state == .cancelled && job.snapshot.result == nil)
    #expect(throws: (any Error).self) { try job.takeUpload() }
  }
}
