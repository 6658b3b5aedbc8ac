import IR
import Synchronization

/// The plans of a graph for the shapes that were met last. Those who use them take turns.
package final class PlanCache: @unchecked Sendable {
  package struct Key: Hashable {
    let batch: Int
    let width: Int
    let height: Int

    package init(batch: Int, width: Int, height: Int) {
      (self.batch, self.width, self.height) = (batch, width, height)
    }
  }

  package init() {}

  private typealias Entry = (key: Key, plan: any Plan)

  /// Portraits and landscapes, alone and in batches.
  private static let capacity = 6
  private let turn = Mutex(())
  /// Oldest first; touched by whoever has the turn.
  private var entries: [Entry] = []

  /// Calls `body` with the plan for a shape, made when it is not there; makes room for it.
  /// - Parameters:
  ///   - bytes: the most that the new plan may take.
  ///   - limit: bytes for all plans together.
  package func withPlan<Result: Sendable>(
    _ key: Key, bytes: () throws -> Int, within limit: Int?, make: () throws -> any Plan,
    _ body: (any Plan) throws -> Result
  ) rethrows -> Result {
    try turn.withLock { _ in
      try body(try plan(key, bytes: bytes, within: limit, make: make))
    }
  }

  /// Gives back the memory of every plan.
  package func clear() { turn.withLock { _ in entries = [] } }

  private func plan(
    _ key: Key, bytes: () throws -> Int, within limit: Int?, make: () throws -> any Plan
  ) rethrows -> any Plan {
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries.append(entries.remove(at: index))
      return entries[entries.count - 1].plan
    }
    let needed = limit == nil ? 0 : try bytes()
    while !entries.isEmpty,
      entries.count >= Self.capacity || limit.map({ heldBytes > $0 - needed }) == true
    {
      entries.removeFirst()
    }
    let plan = try makeAlone(make)
    entries.append((key, plan))
    return plan
  }

  /// Gives up the other plans when the device has no room beside them.
  private func makeAlone(_ make: () throws -> any Plan) rethrows -> any Plan {
    do {
      return try make()
    } catch where error.meansExhaustion && !entries.isEmpty {
      entries = []
      return try make()
    }
  }

  private var heldBytes: Int {
    entries.reduce(0) { $0 + $1.plan.deviceBytes }
  }
}
