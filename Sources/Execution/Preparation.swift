import Dispatch
import Synchronization

/// Makes plans before they are needed, one after the other in the order in which they are added,
/// while others are run.
///
/// What does not fit beside the plans that are there is left for whoever needs it, and so is what
/// fails.
package final class Preparation: Sendable {
  private let queue = DispatchQueue(label: "limpid.preparation")
  private let isOver = Atomic<Bool>(false)

  package init() {}

  /// - Parameter prepare: makes a plan, as ``LoadedNetwork/prepare(_:graph:)`` does.
  package func add(_ prepare: @escaping @Sendable () throws -> Void) {
    queue.async { [self] in
      if !isOver.load(ordering: .relaxed) { try? prepare() }
    }
  }

  /// Begins no other plan, and waits for the one that is being made.
  package func end() {
    isOver.store(true, ordering: .relaxed)
    queue.sync {}
  }
}
