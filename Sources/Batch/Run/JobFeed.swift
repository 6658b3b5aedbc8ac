import Pictures

/// Hands work to a run as it comes.
package protocol JobFeed: Sendable {
  /// Adds jobs on a thread of its own, and closes the run after the last.
  func begin(_ run: BatchRun)

  /// Why there were no more jobs before the last; nil when that was not so.
  var failure: LimpidError? { get }
}
