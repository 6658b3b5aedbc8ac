import Batch
import Logging
import Pictures
import Processes
import Restoration
import Synchronization

/// A model that is loaded with its options: a run whose worker processes restore what comes, until
/// it is closed.
final class ModelRun: Sendable {
  /// What happens in runs, told to whoever owns them.
  protocol Owner: AnyObject, Sendable {
    /// It is done with one of its pictures.
    func hasTime(_ run: ModelRun)
    func run(_ run: ModelRun, restored images: Int)
    /// Nothing comes of the run any more.
    func hasEnded(_ run: ModelRun)
  }

  let model: String
  private let options: BatchOptions
  private let logger: Logger
  private let owner: any Owner
  private let state = Mutex(State())

  private struct State: Sendable {
    var run: BatchRun?
    /// Not ended, in the order in which they came.
    var jobs: [ServedJob] = []
    var isClosed = false
    var hasEnded = false
    /// Whether its device was lost, so that another run may do better.
    var isBroken = false
    var lastUse = ContinuousClock.now
    var peakBytes = 0
  }

  init(_ model: String, _ options: BatchOptions, _ logger: Logger, for owner: any Owner) {
    (self.model, self.options, self.logger, self.owner) = (model, options, logger, owner)
    WorkThread.start { self.perform() }
  }

  /// Whether its worker processes are there.
  var isLoaded: Bool { state.withLock { $0.run != nil } }
  var isIdle: Bool { state.withLock { $0.jobs.isEmpty } }
  var isBroken: Bool { state.withLock { $0.isBroken } }
  var lastUse: ContinuousClock.Instant { state.withLock { $0.lastUse } }
  /// Bytes of device memory at the highest.
  var peakBytes: Int { state.withLock { $0.peakBytes } }

  /// - Returns: false when it has ended in the meantime.
  func add(_ job: ServedJob) -> Bool {
    state.withLock { state in
      guard !state.hasEnded else { return false }
      state.jobs.append(job)
      state.lastUse = .now
      state.run?.add([job.work])
      return true
    }
  }

  /// Ends the run after the jobs that it has.
  func close() {
    state.withLock { state in
      state.isClosed = true
      state.run?.close()
    }
  }

  /// Ends the run now.
  func stop() {
    close()
    state.withLock { $0.run }?.stop(dropping: true)
  }

  /// Loads the model, and follows the run until it ends.
  private func perform() {
    var reason = LimpidError(.temporary, "the device was lost")
    do throws(LimpidError) {
      let services = try BatchRun.startServices(options)
      let run = BatchRun(options, on: services)
      state.withLock { state in
        state.run = run
        run.add(state.jobs.map(\.work))
        if state.isClosed { run.close() }
      }
      while follow(run.next(within: .seconds(60))) {}
    } catch {
      logger.error("\(model): \(error)")
      state.withLock { $0.isBroken = true }
      if error.kind == .usage { reason = error }  // which would be thrown again
    }
    let left = state.withLock { state in
      state.hasEnded = true
      return state.jobs
    }
    for job in left { fail(job, reason, in: .compute) }
    owner.hasEnded(self)
  }

  /// - Returns: whether there may be more.
  private func follow(_ event: BatchEvent?) -> Bool {
    switch event {
    case .started(let job): Self.job(job)?.begin()
    case .progressed(let job, let event): Self.job(job)?.advance(to: event.share)
    case .done(let job, let report):
      if let job = Self.job(job) { end(job) { $0.finish(report) } }
    case .failed(let job, let phase, let error):
      if let job = Self.job(job) { fail(job, error, in: phase) }
    case .answered(let images, let peakBytes):
      state.withLock { $0.peakBytes = max($0.peakBytes, peakBytes) }
      owner.run(self, restored: images)
    case .noted(let text): logger.warning("\(model): \(text)")
    case .ended: return false
    case nil: break
    }
    return true
  }

  private func fail(_ job: ServedJob, _ error: LimpidError, in phase: BatchPhase) {
    if error.kind == .temporary, phase == .compute { state.withLock { $0.isBroken = true } }
    if !job.isOver { logger.notice("\(model): \(error)") }
    let path = options.devices[0].model.text
    end(job) { $0.fail(RequestFault(error.calling(path, model), in: phase)) }
  }

  private func end(_ job: ServedJob, _ tell: (ServedJob) -> Void) {
    state.withLock { state in
      state.jobs.removeAll { $0 === job }
      state.lastUse = .now
    }
    tell(job)
    owner.hasTime(self)
  }

  private static func job(_ work: Job) -> ServedJob? { work.sink as? ServedJob }
}

extension LimpidError {
  /// The same with a name in place of a path, which clients are not told.
  fileprivate func calling(_ path: String, _ name: String) -> LimpidError {
    LimpidError(
      kind, message.replacing(path, with: name), remedy: remedy, endsRun: endsRun,
      losesDevice: losesDevice)
  }
}
