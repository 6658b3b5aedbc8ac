import Pictures
import Processes
import Restoration
import Synchronization

/// Many images on their way through three kinds of threads that work at the same time: those that
/// decode, those that feed devices, and those that encode and write.
///
/// What becomes of an image does not depend on the others, nor on the number of threads, services
/// and devices.
package final class BatchRun: Sendable {
  let options: BatchOptions
  let decoded: BoundedQueue<DecodedImage>
  let restored: BoundedQueue<RestoredImage>
  let lanes: Monitor<LaneList>
  private let jobs = Monitor(Jobs())
  private let events = Monitor([BatchEvent]())
  private let threads: Monitor<Threads>
  private let stopping = Atomic<Bool>(false)

  /// What nobody has taken up.
  private struct Jobs: Sendable {
    private var waiting: [Job] = []
    /// Of the waiting ones, so many are taken.
    private var taken = 0
    /// There will be no more.
    var isClosed = false

    /// - Returns: whether they are taken up.
    mutating func add(_ more: [Job]) -> Bool {
      if !isClosed { waiting += more }
      return !isClosed
    }

    mutating func take() -> Job? {
      guard taken < waiting.count else { return nil }
      defer {
        taken += 1
        if 2 * taken >= waiting.count {
          waiting.removeFirst(taken)
          taken = 0
        }
      }
      return waiting[taken]
    }

    mutating func stop() { (waiting, taken, isClosed) = ([], 0, true) }
  }

  /// Threads that have not ended.
  private struct Threads: Sendable {
    var loaders: Int
    var lanes: Int
    var savers: Int
  }

  /// How far images wait in memory, beyond a first: enough that no thread starves, and no more.
  static let waitingPixels = 64 << 20

  /// Begins to work on whatever is added.
  /// - Parameter services: a running service for each lane of each device; see
  ///   ``startServices(_:)``.
  package init(_ options: BatchOptions, on services: [any RestorationService]) {
    self.options = options
    let lanes = LaneList(services, options)
    let batch = lanes.all.count * 16
    decoded = BoundedQueue(capacity: max(batch, 4), weight: Self.waitingPixels)
    // Disks stall now and then; devices go on meanwhile.
    restored = BoundedQueue(capacity: max(options.savers * 4, 8), weight: Self.waitingPixels)
    let feeders = lanes.all.flatMap { [Lane](repeating: $0, count: LaneTraffic.limit) }
    threads = Monitor(
      Threads(loaders: options.loaders, lanes: feeders.count, savers: options.savers))
    self.lanes = Monitor(lanes)
    for _ in 0..<options.loaders { WorkThread.start { self.load() } }
    for lane in feeders { WorkThread.start { self.compute(lane) } }
    for _ in 0..<options.savers { WorkThread.start { self.save() } }
  }

  /// Adds jobs to those that wait, until the run is closed or stopped. May be called from any
  /// thread.
  package func add(_ more: some Sequence<Job>) {
    let more = Array(more)
    decoded.expect(more.count)
    if !jobs.change({ $0.add(more) }) { decoded.expect(-more.count) }
  }

  /// Says that there will be no more jobs: the run ends with the last of them.
  package func close() { jobs.change { $0.isClosed = true } }

  /// The next event; nil when there was none for so long. After ``BatchEvent/ended`` there are
  /// no more.
  package func next(within patience: Duration) -> BatchEvent? {
    events.wait(patience) { $0.isEmpty ? nil : $0.removeFirst() }
  }

  /// Takes up no more images.
  /// - Parameter drops: whether those that devices work on are given up as well.
  package func stop(dropping drops: Bool) {
    stopping.store(true, ordering: .sequentiallyConsistent)
    jobs.change { $0.stop() }
    decoded.cancel()
    guard drops else { return }
    restored.cancel()
    lanes.change { list in
      for service in list.services.values { service.cancel() }
    }
  }

  var isStopping: Bool { stopping.load(ordering: .sequentiallyConsistent) }

  /// Waits for a job; nil when there will be none.
  func nextJob() -> Job? {
    jobs.wait { jobs -> Job?? in
      if let job = jobs.take() { return .some(job) }
      return jobs.isClosed ? .some(nil) : nil
    }
  }

  func tell(_ event: BatchEvent) { events.change { $0.append(event) } }

  func fail(_ job: Job, in phase: BatchPhase, _ error: any Error) {
    tell(.failed(job, phase, LimpidError(error, subject: job.source.name)))
  }

  /// Gives a file up, once, whichever of its pages could not be restored.
  func fail(_ document: Document, in phase: BatchPhase, _ error: any Error) {
    if document.fail() { fail(document.job, in: phase, error) }
  }

  func endLoader() { end(\.loaders) { decoded.close() } }
  func endLane() {
    end(\.lanes) {
      lanes.change { $0.services = [:] }
      restored.close()
    }
  }
  func endSaver() { end(\.savers) {} }

  /// - Parameter last: called by the last thread of its kind.
  private func end(_ kind: WritableKeyPath<Threads, Int> & Sendable, _ last: () -> Void) {
    let (isLast, isOver) = threads.change { threads in
      threads[keyPath: kind] -= 1
      let left = threads.loaders + threads.lanes + threads.savers
      return (threads[keyPath: kind] == 0, left == 0)
    }
    if isLast { last() }
    if isOver { tell(.ended) }
  }
}
