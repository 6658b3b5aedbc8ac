import Batch
import Foundation
import Images
import LimpidCommand
import Logging
import Pictures
import Restoration
import Synchronization

/// The models that are loaded, each with the options that requests have. Where one more is wanted
/// than there may be, the one goes that was not used for the longest time; while all are at work,
/// pictures wait in the order in which they came.
final class ModelRuns: Sendable {
  private let settings: ServeSettings
  private let start: BatchOptions.ServiceStart
  private let logger: Logger
  private let metrics: ServerMetrics
  private let state = Mutex(State())

  private struct State: Sendable {
    var runs: [String: ModelRun] = [:]
    /// That have been closed and have not ended.
    var leaving: [ModelRun] = []
    var waiting: [(key: String, worker: WorkerOptions, job: ServedJob)] = []
    var isClosed = false
  }

  init(
    _ settings: ServeSettings, _ metrics: ServerMetrics, _ logger: Logger,
    starting start: @escaping BatchOptions.ServiceStart
  ) {
    (self.settings, self.start, self.logger) = (settings, start, logger)
    self.metrics = metrics
  }

  /// Has a job's picture restored.
  func restore(_ job: ServedJob, with worker: WorkerOptions) {
    let isTaken = state.withLock { state in
      guard !state.isClosed else { return false }
      state.waiting.append((Self.key(worker), worker, job))
      place(&state)
      return true
    }
    if !isTaken { job.fail(.draining) }
  }

  /// Loads a model before there is a picture for it.
  func load(_ model: String, _ worker: WorkerOptions) {
    state.withLock { _ = run(Self.key(worker), worker, model, &$0) }
  }

  /// Whether a model is loaded.
  var isReady: Bool { state.withLock { $0.runs.values.contains(where: \.isLoaded) } }

  /// Of loaded models.
  var memory: [(model: String, value: Int)] {
    state.withLock { $0.runs.values.map { ($0.model, $0.peakBytes) } }
  }

  /// Ends all runs: after their pictures, or now.
  func close(dropping drops: Bool) {
    let (runs, waiting) = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [] }
      return (Array(state.runs.values) + state.leaving, state.waiting)
    }
    for (_, _, job) in waiting { job.fail(.draining) }
    for run in runs { drops ? run.stop() : run.close() }
  }

  /// Whether none works any more.
  var haveEnded: Bool { state.withLock { $0.runs.isEmpty && $0.leaving.isEmpty } }

  /// Hands waiting jobs to runs, as far as there is room for these.
  private func place(_ state: inout State) {
    while let (key, worker, job) = state.waiting.first {
      if job.isOver {
        state.waiting.removeFirst()
        continue
      }
      guard let run = run(key, worker, job.model, &state) else { return }
      if run.add(job) {
        state.waiting.removeFirst()
      } else {
        state.runs[key] = nil
      }
    }
  }

  /// The run for a model with its options, loaded if there is room or will be once one has ended
  /// that does nothing. What still leaves takes room, so that no more is ever loaded than may be.
  private func run(
    _ key: String, _ worker: WorkerOptions, _ model: String, _ state: inout State
  ) -> ModelRun? {
    guard !state.isClosed else { return nil }
    if let run = state.runs[key], !run.isBroken { return run }
    retire(key, &state)
    while !hasRoom(beside: Array(state.runs.values)) {
      guard let oldest = idle(state) else { return nil }
      retire(oldest, &state)
    }
    guard hasRoom(beside: state.runs.values + state.leaving) else { return nil }
    return load(key, worker, model, &state)
  }

  private func load(
    _ key: String, _ worker: WorkerOptions, _ model: String, _ state: inout State
  ) -> ModelRun {
    let run = ModelRun(model, options(worker), logger, for: self)
    state.runs[key] = run
    return run
  }

  /// Whether one more model may be loaded beside others.
  private func hasRoom(beside others: [ModelRun]) -> Bool {
    others.isEmpty
      || others.count < settings.loadedModels
        && bytes(of: others) < settings.loadedBytes ?? .max
  }

  /// Lets models go while all together take more than they may, as their pictures have shown.
  private func shrink(_ state: inout State) {
    while state.runs.count > 1, bytes(of: state.runs.values) > settings.loadedBytes ?? .max,
      let oldest = idle(state)
    { retire(oldest, &state) }
  }

  /// The key of the run that has done nothing for the longest time; nil where all are at work.
  private func idle(_ state: State) -> String? {
    state.runs.filter { $0.value.isIdle }.min { $0.value.lastUse < $1.value.lastUse }?.key
  }

  private func bytes(of runs: some Sequence<ModelRun>) -> Int {
    runs.reduce(0) { $0 + $1.peakBytes }
  }

  private func retire(_ key: String, _ state: inout State) {
    guard let run = state.runs.removeValue(forKey: key) else { return }
    state.leaving.append(run)
    run.close()
  }

  private func options(_ worker: WorkerOptions) -> BatchOptions {
    var options = BatchOptions()
    options.devices = [worker]
    options.start = start
    (options.batching, options.queueDelay) = (settings.batching, settings.queueDelay)
    options.limits = settings.imageLimits
    return options
  }

  /// What no two workers share that differ in anything.
  private static func key(_ worker: WorkerOptions) -> String { ServerAnswer.json(worker) }
}

extension ModelRuns: ModelRun.Owner {
  func hasTime(_ run: ModelRun) {
    state.withLock { state in
      shrink(&state)
      place(&state)
    }
  }

  func run(_ run: ModelRun, restored images: Int) { metrics.executed(run.model, images) }

  func hasEnded(_ run: ModelRun) {
    state.withLock { state in
      state.leaving.removeAll { $0 === run }
      state.runs = state.runs.filter { $0.value !== run }
      place(&state)
    }
  }
}

extension ServeSettings {
  /// What pictures may ask for.
  var imageLimits: ImageLimits {
    var limits = ImageLimits()
    (limits.fileBytes, limits.pixels) = (self.limits.uploadBytes, self.limits.pixels)
    return limits
  }
}
