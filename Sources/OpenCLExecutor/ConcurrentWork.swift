import Dispatch
import Synchronization

/// Does work number 0 to before `count` on all cores, and returns when all of it is done.
/// - Throws: what the first of the works threw that failed; those that have not begun by then never
///   do.
func performConcurrently(_ count: Int, _ work: @Sendable (Int) throws -> Void) throws {
  let failure = Mutex<(any Error)?>(nil)
  DispatchQueue.concurrentPerform(iterations: count) { number in
    guard failure.withLock({ $0 == nil }) else { return }
    do {
      try work(number)
    } catch {
      failure.withLock { $0 = $0 ?? error }
    }
  }
  if let error = failure.withLock({ $0 }) { throw error }
}
