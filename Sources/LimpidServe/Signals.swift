import Dispatch
import Glibc

/// SIGTERM and SIGINT: the first ends the server in good order, the second at once.
final class Signals {
  private let sources: [any DispatchSourceSignal]

  /// - Parameter end: called at the first signal, as long as this object is there.
  init(_ end: @escaping @Sendable () async -> Void) {
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        signal(SIGTERM, SIG_DFL)
        signal(SIGINT, SIG_DFL)
        Task { await end() }
      }
      source.resume()
      return source
    }
  }
}
