import Synchronization

/// What was worked out last, by what it was worked out from: folders ask for the same again.
package final class RecentValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// The oldest first.
  private let known = Mutex<[(key: Key, value: Value)]>([])
  private let capacity: Int

  package init(capacity: Int = 32) { self.capacity = capacity }

  /// The value of a key, made where it is not there.
  package func value(of key: Key, making make: () throws -> Value) rethrows -> Value {
    if let found = known.withLock({ $0.first { $0.key == key } }) { return found.value }
    let made = try make()
    known.withLock { known in
      if known.count >= capacity { known.removeFirst() }
      known.append((key, made))
    }
    return made
  }
}
