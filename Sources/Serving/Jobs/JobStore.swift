import LimpidCommand
import Synchronization

/// Jobs that clients come back for. Results go when they are too old, and the oldest when all
/// together are too large.
package final class JobStore: Sendable {
  private let limits: ServeLimits
  private let jobs = Mutex([String: ServedJob]())

  package init(_ limits: ServeLimits) { self.limits = limits }

  /// More that have ended are not kept, however small their results are.
  private static let mostEnded = 4096

  package func add(_ job: ServedJob) {
    jobs.withLock { jobs in
      jobs[job.id] = job
      expire(&jobs)
    }
  }

  /// - Throws: ``RequestFault`` of status 404, also for one of another owner.
  package func job(_ id: String, of owner: String) throws(RequestFault) -> ServedJob {
    let job = jobs.withLock { jobs in
      expire(&jobs)
      return jobs[id]
    }
    guard let job, job.owner == owner else {
      throw RequestFault(404, "no_job", "there is no such job, or it has expired")
    }
    return job
  }

  /// Of an owner, the oldest first.
  package func all(of owner: String) -> [JobSnapshot] {
    let all = jobs.withLock { jobs in
      expire(&jobs)
      return Array(jobs.values)
    }
    return all.filter { $0.owner == owner }.map(\.snapshot).sorted { $0.created < $1.created }
  }

  package func remove(_ id: String) { jobs.withLock { _ = $0.removeValue(forKey: id) } }

  /// Lets go of what is too old; called now and then while nobody asks.
  package func expire() { jobs.withLock { expire(&$0) } }

  private func expire(_ jobs: inout [String: ServedJob]) {
    let ended = jobs.values.compactMap { job in job.ended.map { (job: job, at: $0) } }
      .sorted { $0.at < $1.at }
    var (bytes, count) = (ended.reduce(0) { $0 + $1.job.resultBytes }, ended.count)
    for (job, at) in ended {
      let isOld = ContinuousClock.now - at > .seconds(limits.resultSeconds)
      guard isOld || bytes > limits.resultBytes || count > Self.mostEnded else { return }
      bytes -= job.resultBytes
      count -= 1
      jobs[job.id] = nil
    }
  }
}
