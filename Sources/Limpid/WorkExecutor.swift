import Batch
import Processes

/// A thread on which the work of one object runs, one piece after the other, so that none of it
/// keeps the cooperative pool from other tasks.
final class WorkExecutor: TaskExecutor, Sendable {
  private struct Jobs: Sendable {
    var waiting: [UnownedJob] = []
    var isClosed = false
  }

  private let jobs = Monitor(Jobs())

  init() {
    let (jobs, executor) = (jobs, asUnownedTaskExecutor())
    WorkThread.start {
      while let job = Self.next(jobs) { job.runSynchronously(on: executor) }
    }
  }

  deinit { jobs.change { $0.isClosed = true } }

  private static func next(_ jobs: Monitor<Jobs>) -> UnownedJob? {
    jobs.wait { jobs -> UnownedJob?? in
      if !jobs.waiting.isEmpty { return .some(jobs.waiting.removeFirst()) }
      return jobs.isClosed ? .some(nil) : nil
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.change { $0.waiting.append(job) }
  }

  /// Runs `work` on the thread, unless the task has been cancelled by then.
  /// - Throws: whatever it throws as a ``LimpidError``.
  func run<Result: Sendable>(
    _ work: @Sendable () throws -> Result
  ) async throws(LimpidError) -> Result {
    try await withTaskExecutorPreference(self) { () async throws(LimpidError) -> Result in
      do {
        try Cancellation.check()
        return try work()
      } catch {
        throw LimpidError(error)
      }
    }
  }
}
