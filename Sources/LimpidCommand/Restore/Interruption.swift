import Glibc
import Pictures
import Synchronization

/// SIGINT and SIGTERM: the first ends the work after the step at hand, the second at once.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  static func install() {
    received.store(0, ordering: .relaxed)
    // A process inherits what the thread that started it had blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) {
        Interruption.received.store($0, ordering: .relaxed)
        signal($0, SIG_DFL)
      }
    }
  }

  /// What the signal that has come means; nil when none has.
  static var error: LimpidError? {
    switch received.load(ordering: .relaxed) {
    case 0: nil
    case SIGINT: LimpidError(.interrupted, "interrupted")
    default: LimpidError(.terminated, "terminated")
    }
  }

  /// Throws once a signal has come.
  static func check() throws(LimpidError) {
    if let error { throw error }
  }
}
