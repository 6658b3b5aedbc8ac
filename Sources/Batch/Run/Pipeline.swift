import Pictures
import Synchronization

/// Many images on their way through three stages that work at the same time: threads that decode,
/// devices that restore, threads that encode and write.
///
/// What becomes of an image does not depend on the others, nor on the number of threads, processes
/// and devices.
package final class Pipeline: Sendable {
  let settings: PipelineSettings
  let decoded: StageQueue<DecodedImage>
  let restored: StageQueue<RestoredImage>
  let lanes: Monitor<LaneList>
  private let jobs: Monitor<[Job]>
  private let events = Monitor([PipelineEvent]())
  private let threads: Monitor<Threads>
  private let stopping = Atomic<Bool>(false)

  /// Threads that have not ended.
  private struct Threads: Sendable {
    var loaders: Int
    var lanes: Int
    var savers: Int
  }

  /// How far images wait in memory, beyond a first: enough that no stage starves, and no more.
  static let waitingPixels = 64 << 20

  /// Starts to work on jobs.
  /// - Parameter workers: a running worker for each lane of each device; see
  ///   ``startWorkers(_:)``.
  package init(_ jobs: [Job], _ settings: PipelineSettings, workers: [Worker]) {
    self.settings = settings
    self.jobs = Monitor(jobs.reversed())
    let lanes = LaneList(workers, settings)
    let batch = lanes.all.count * 16
    decoded = StageQueue(capacity: max(batch, 4), weight: Self.waitingPixels)
    // Disks stall now and then; devices go on meanwhile.
    restored = StageQueue(capacity: max(settings.savers * 4, 8), weight: Self.waitingPixels)
    let feeders = lanes.all.flatMap { [Lane](repeating: $0, count: LaneTraffic.limit) }
    threads = Monitor(
      Threads(loaders: settings.loaders, lanes: feeders.count, savers: settings.savers))
    self.lanes = Monitor(lanes)
    for _ in 0..<settings.loaders { WorkThread.start { self.load() } }
    for lane in feeders { WorkThread.start { self.compute(lane) } }
    for _ in 0..<settings.savers { WorkThread.start { self.save() } }
  }

  /// The next event; nil when there was none for so long. After ``PipelineEvent/ended`` there are
  /// no more.
  package func next(within patience: Duration) -> PipelineEvent? {
    events.wait(patience) { $0.isEmpty ? nil : $0.removeFirst() }
  }

  /// Takes up no more images.
  /// - Parameter drops: whether those that devices work on are given up as well.
  package func stop(dropping drops: Bool) {
    stopping.store(true, ordering: .sequentiallyConsistent)
    jobs.change { $0 = [] }
    decoded.cancel()
    guard drops else { return }
    restored.cancel()
    lanes.change { list in
      for lane in list.all { list.workers[lane.number]?.end() }
    }
  }

  var isStopping: Bool { stopping.load(ordering: .sequentiallyConsistent) }

  func nextJob() -> Job? { jobs.change { $0.popLast() } }

  func tell(_ event: PipelineEvent) { events.change { $0.append(event) } }

  func fail(_ job: Job, in stage: PipelineStage, _ error: any Error) {
    tell(.failed(job, stage, LimpidError(error, subject: job.input)))
  }

  /// Gives a file up, once, whichever of its pages could not be restored.
  func fail(_ document: Document, in stage: PipelineStage, _ error: any Error) {
    if document.fail() { fail(document.job, in: stage, error) }
  }

  func endLoader() { end(\.loaders) { decoded.close() } }
  func endLane() {
    end(\.lanes) {
      lanes.change { $0.workers = [:] }
      restored.close()
    }
  }
  func endSaver() { end(\.savers) {} }

  /// - Parameter last: called by the last thread of its stage.
  private func end(_ stage: WritableKeyPath<Threads, Int> & Sendable, _ last: () -> Void) {
    let (isLast, isOver) = threads.change { threads in
      threads[keyPath: stage] -= 1
      let left = threads.loaders + threads.lanes + threads.savers
      return (threads[keyPath: stage] == 0, left == 0)
    }
    if isLast { last() }
    if isOver { tell(.ended) }
  }
}
