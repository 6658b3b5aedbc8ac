import IR
import Synchronization
import Tensors

/// The plans of a device's networks that were used last.
package final class PlanCache: Sendable {
  struct Key: Hashable {
    /// Whose plan it is.
    let network: ObjectIdentifier
    /// Of values on the device.
    let dtype: DType
    let graph: GraphKey
  }

  private typealias Entry = (key: Key, plan: any Plan)

  /// The one used last comes last.
  private let entries = Mutex([Entry]())

  /// The plan of a key, made when it is not there; others make room for it.
  /// - Parameters:
  ///   - capacity: the most plans that its network has at a time.
  ///   - limit: of the bytes that the plans of all networks take together; nil for none.
  ///   - bytes: those that the plan will take.
  func plan(
    _ key: Key, of capacity: Int, within limit: Int?, bytes: () throws -> Int,
    make: () throws -> any Plan
  ) throws -> any Plan {
    if let plan = used(key) { return plan }
    makeRoom(in: capacity, of: key.network)
    if let limit, !isEmpty { makeRoom(for: try bytes(), within: limit) }
    let plan = try makeAlone(make)
    entries.withLock { $0.append((key, plan)) }
    return plan
  }

  /// Makes the plan of a key that is not there, unless plans of other networks had to make room.
  func prepare(
    _ key: Key, of capacity: Int, within limit: Int?, bytes: () throws -> Int,
    make: () throws -> any Plan
  ) throws {
    guard !entries.withLock({ $0.contains { $0.key == key } }) else { return }
    makeRoom(in: capacity, of: key.network)
    if let limit, try heldBytes > limit - bytes() { return }
    let plan = try make()
    entries.withLock { $0.append((key, plan)) }
  }

  /// Gives back the memory of a network's plans.
  func remove(_ network: ObjectIdentifier) {
    entries.withLock { $0.removeAll { $0.key.network == network } }
  }

  /// Gives back the memory of every plan.
  package func clear() { entries.withLock { $0 = [] } }

  private var isEmpty: Bool { entries.withLock { $0.isEmpty } }

  private var heldBytes: Int { entries.withLock { Self.bytes(of: $0) } }

  private static func bytes(of entries: [Entry]) -> Int {
    entries.reduce(0) { $0 + $1.plan.deviceBytes }
  }

  private func used(_ key: Key) -> (any Plan)? {
    entries.withLock { entries in
      guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
      entries.append(entries.remove(at: index))
      return entries[entries.count - 1].plan
    }
  }

  private func makeRoom(in capacity: Int, of network: ObjectIdentifier) {
    entries.withLock { entries in
      let own = entries.indices.filter { entries[$0].key.network == network }
      for index in own.dropLast(capacity - 1).reversed() { entries.remove(at: index) }
    }
  }

  private func makeRoom(for bytes: Int, within limit: Int) {
    entries.withLock { entries in
      while !entries.isEmpty, Self.bytes(of: entries) > limit - bytes { entries.removeFirst() }
    }
  }

  /// Gives up the other plans when the device has no room beside them.
  private func makeAlone(_ make: () throws -> any Plan) throws -> any Plan {
    do {
      return try make()
    } catch  where error.meansExhaustion && !isEmpty {
      clear()
      return try make()
    }
  }
}
