/// What waits between two kinds of threads: bounded, so that fast ones do not fill the memory, and
/// aware of what has been taken and not been settled, so that it can come back.
final class BoundedQueue<Item: Sendable>: Sendable {
  private struct State: Sendable {
    var items: [(item: Item, weight: Int)] = []
    var weight = 0
    /// Taken and not settled.
    var taken = 0
    /// No more will be put.
    var isClosed = false
    var isCancelled = false

    mutating func remove(at index: Int) -> Item {
      let (item, weight) = items.remove(at: index)
      self.weight -= weight
      return item
    }
  }

  private let state = Monitor(State())
  private let capacity: Int
  private let largestWeight: Int

  /// - Parameters:
  ///   - capacity: most items.
  ///   - weight: most weight of all items together, beyond a first.
  init(capacity: Int, weight: Int) {
    self.capacity = capacity
    largestWeight = weight
  }

  /// Waits for room and puts an item at the end; false when the queue was cancelled.
  func put(_ item: Item, weight: Int) -> Bool {
    state.wait { state in
      if state.isCancelled { return false }
      let hasRoom =
        state.items.count < self.capacity && state.weight + weight <= self.largestWeight
      guard hasRoom || state.items.isEmpty else { return nil }
      state.items.append((item, weight))
      state.weight += weight
      return true
    }
  }

  /// Puts an item that was taken back at the front, whether there is room or not.
  func putBack(_ item: Item, weight: Int) {
    state.change { state in
      guard !state.isCancelled else { return }
      state.items.insert((item, weight), at: 0)
      state.weight += weight
    }
  }

  /// Waits for an item that `accepts` agrees to and takes it, and with it waiting ones that
  /// `joins` finds alike, up to `limit` of them all. Call ``settle(_:)`` for them afterwards.
  /// - Parameters:
  ///   - spared: how many it leaves to others, at least.
  ///   - mark: given what is taken before anyone else may take.
  /// - Returns: nil when there will be none.
  func take(
    where accepts: (Item) -> Bool = { _ in true }, sparing spared: () -> Int = { 0 },
    upTo limit: (Item) -> Int = { _ in 1 },
    joining joins: (Item, Item) -> Bool = { _, _ in false },
    marking mark: ([Item]) -> Void = { _ in }
  ) -> [Item]? {
    state.wait { state -> [Item]?? in
      if state.items.count > spared(),
        let index = state.items.firstIndex(where: { accepts($0.item) })
      {
        let first = state.remove(at: index)
        var batch = [first]
        let count = limit(first)
        var next = 0
        while batch.count < count, next < state.items.count {
          let item = state.items[next].item
          if accepts(item), joins(first, item) {
            batch.append(state.remove(at: next))
          } else {
            next += 1
          }
        }
        state.taken += batch.count
        mark(batch)
        return .some(batch)
      }
      let isOver = state.isClosed && state.items.isEmpty && state.taken == 0
      return isOver || state.isCancelled ? .some(nil) : nil
    }
  }

  /// Says that so many of the taken items will not be put back.
  func settle(_ count: Int) { state.change { $0.taken -= count } }

  /// Says that no more will be put.
  func close() { state.change { $0.isClosed = true } }

  /// Drops what waits; nothing more comes in or out.
  func cancel() {
    state.change { state in
      state.isCancelled = true
      state.items = []
    }
  }
}
