import Pictures

/// How cancelled tasks end work: it asks between launches and steps.
enum Cancellation {
  /// - Throws: what the layers below take for an interruption, once the task is cancelled.
  static func check() throws(Pictures.LimpidError) {
    if Task.isCancelled { throw Pictures.LimpidError(.interrupted, "the task was cancelled") }
  }
}
