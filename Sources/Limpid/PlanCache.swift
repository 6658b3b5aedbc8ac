import IR

/// The plans of a network for the sizes that were met last.
struct PlanCache {
  struct Key: Hashable {
    let width: Int
    let height: Int
  }

  /// A portrait and a landscape.
  private static let capacity = 2
  /// Oldest first.
  private var entries: [(key: Key, plan: any Plan)] = []

  /// The plan for a size, made when it is not there; makes room first.
  mutating func plan(_ key: Key, make: () throws -> any Plan) rethrows -> any Plan {
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries.append(entries.remove(at: index))
      return entries[entries.count - 1].plan
    }
    if entries.count == Self.capacity { entries.removeFirst() }
    let plan = try make()
    entries.append((key, plan))
    return plan
  }

  /// Gives back the memory of every plan.
  mutating func clear() { entries = [] }
}
