import LimpidCommand
import Synchronization

/// What waits in a server or is worked on, and how much of that there may be: pictures, the bytes
/// of their files, and the seconds that they are expected to take.
package final class Admission: Sendable {
  private let limits: ServeLimits
  private let state = Mutex(State())

  private struct State {
    var count = 0
    var bytes = 0
    var seconds = 0.0
    var owners: [String: Int] = [:]
  }

  package init(_ limits: ServeLimits) { self.limits = limits }

  /// Bytes of a request that is read or waits; given back with the last reference.
  package final class Reservation: Sendable {
    private let admission: Admission
    private let bytes = Mutex(0)

    fileprivate init(_ admission: Admission) { self.admission = admission }

    deinit { admission.release(bytes: bytes.withLock { $0 }) }

    /// - Throws: ``RequestFault`` of status 429 where there is no room.
    package func add(_ count: Int) throws(RequestFault) {
      try admission.reserve(bytes: count)
      bytes.withLock { $0 += count }
    }
  }

  /// A picture's place, given back with the last reference.
  package final class Place: Sendable {
    private let admission: Admission
    private let owner: String
    private let seconds: Double

    fileprivate init(_ admission: Admission, _ owner: String, _ seconds: Double) {
      (self.admission, self.owner, self.seconds) = (admission, owner, seconds)
    }

    deinit { admission.leave(owner, seconds) }
  }

  package func reservation() -> Reservation { Reservation(self) }

  /// Pictures that wait or are restored.
  package var count: Int { state.withLock { $0.count } }

  /// - Parameters:
  ///   - owner: of the picture; empty where there are no keys, and then with no bound of its own.
  ///   - seconds: that the picture is expected to take.
  /// - Throws: ``RequestFault`` of status 429 where there is no room.
  package func enter(_ owner: String, seconds: Double) throws(RequestFault) -> Place {
    let refusal: RequestFault? = state.withLock { state in
      if !owner.isEmpty, state.owners[owner, default: 0] >= limits.keySize {
        return Self.refusal("of this key too many pictures wait", state)
      }
      // A single picture may take longer than all are allowed to.
      let isLong = state.count > 0 && state.seconds + seconds > Double(limits.queueSeconds)
      if state.count >= limits.queueSize || isLong {
        return Self.refusal("too many pictures wait", state)
      }
      state.count += 1
      state.seconds += seconds
      state.owners[owner, default: 0] += 1
      return nil
    }
    if let refusal { throw refusal }
    return Place(self, owner, seconds)
  }

  private func leave(_ owner: String, _ seconds: Double) {
    state.withLock { state in
      state.count -= 1
      state.seconds = state.count == 0 ? 0 : max(state.seconds - seconds, 0)
      let left = state.owners[owner, default: 1] - 1
      state.owners[owner] = left > 0 ? left : nil
    }
  }

  private func reserve(bytes: Int) throws(RequestFault) {
    let refusal: RequestFault? = state.withLock { state in
      guard state.bytes + bytes <= limits.queueBytes else {
        return Self.refusal("too many bytes wait", state)
      }
      state.bytes += bytes
      return nil
    }
    if let refusal { throw refusal }
  }

  private func release(bytes: Int) { state.withLock { $0.bytes -= bytes } }

  private static func refusal(_ message: String, _ state: State) -> RequestFault {
    let seconds = Int(state.seconds.rounded(.up))
    return RequestFault(429, "busy", message, retryAfter: min(max(seconds, 1), 120))
  }
}
