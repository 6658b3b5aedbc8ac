import Dispatch
import Foundation

/// A reply that a thread of its own waits for: those of tasks are the tests'.
final class AwaitedReply: @unchecked Sendable {
  private let arrived = DispatchSemaphore(value: 0)
  private var result: Result<Reply, any Error>?

  init(_ ask: @escaping @Sendable () throws -> Reply) {
    Thread.detachNewThread { [self] in
      result = Result { try ask() }
      arrived.signal()
    }
  }

  /// Waits for it.
  func get() throws -> Reply {
    arrived.wait()
    return try result!.get()
  }
}
