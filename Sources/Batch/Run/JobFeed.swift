import Pictures
import Processes
import Synchronization

/// Hands work to a run as it comes.
package protocol JobFeed: Sendable {
  /// Adds jobs until the last, for as long as they come.
  /// - Throws: why there are no more before the last.
  func read(into run: BatchRun) throws(LimpidError)
}

/// A feed on a thread of its own, which closes the run behind the last job.
package final class Feeding: Sendable {
  private let found = Mutex<LimpidError?>(nil)

  package init(_ run: BatchRun, by feed: any JobFeed) {
    WorkThread.start {
      do throws(LimpidError) {
        try feed.read(into: run)
      } catch {
        self.found.withLock { $0 = error }
      }
      run.close()
    }
  }

  /// Why there were no more jobs before the last; nil when that was not so.
  package var failure: LimpidError? { found.withLock { $0 } }
}
