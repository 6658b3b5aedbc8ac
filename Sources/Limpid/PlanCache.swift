import IR
import OpenCL
import OpenCLExecutor

/// The plans of a network for the shapes that were met last.
struct PlanCache {
  struct Key: Hashable {
    let batch: Int
    let width: Int
    let height: Int
  }

  private typealias Entry = (key: Key, plan: any Plan)

  /// Portraits and landscapes, alone and in batches.
  private static let capacity = 6
  /// Oldest first.
  private var entries: [Entry] = []

  /// The plan for a shape, made when it is not there; makes room for it.
  /// - Parameters:
  ///   - bytes: the most that the new plan may take.
  ///   - limit: bytes for all plans together.
  mutating func plan(
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
  private mutating func makeAlone(_ make: () throws -> any Plan) rethrows -> any Plan {
    do {
      return try make()
    } catch let error as OpenCLError where error.isExhaustion && !entries.isEmpty {
      entries = []
      return try make()
    }
  }

  /// Gives back the memory of every plan.
  mutating func clear() { entries = [] }

  var isEmpty: Bool { entries.isEmpty }

  private var heldBytes: Int {
    entries.reduce(0) { $0 + (($1.plan as? OpenCLPlan)?.deviceBytes ?? 0) }
  }
}
