/// What waits between two kinds of threads: bounded, so that fast ones do not fill the memory, and
/// aware of what has been taken and not been settled, so that it can come back.
final class BoundedQueue<Item: Sendable>: Sendable {
  private struct State: Sendable {
    var items: [(item: Item, weight: Int, since: ContinuousClock.Instant)] = []
    var weight = 0
    /// Taken and not settled.
    var taken = 0
    /// Not put yet, as far as is known.
    var coming = 0
    /// Threads that wait for room.
    var blocked = 0
    /// No more will be put.
    var isClosed = false
    var isCancelled = false

    mutating func remove(at index: Int) -> Item {
      let (item, weight, _) = items.remove(at: index)
      self.weight -= weight
      return item
    }

    mutating func take(_ places: [Int]) -> [Item] {
      let batch = places.map { items[$0].item }
      for place in places.sorted(by: >) { _ = remove(at: place) }
      taken += batch.count
      return batch
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

  /// Says that so many more are on their way, or so many fewer: for whom those wait that could be
  /// taken together with others.
  func expect(_ count: Int) { state.change { $0.coming += count } }

  /// Waits for room and puts an item at the end; false when the queue was cancelled.
  func put(_ item: Item, weight: Int) -> Bool {
    let waits = state.change { state in
      let waits = !hasRoom(for: weight, in: state)
      if waits { state.blocked += 1 }
      return waits
    }
    return state.wait { state in
      guard state.isCancelled || hasRoom(for: weight, in: state) else { return nil }
      if waits { state.blocked -= 1 }
      guard !state.isCancelled else { return false }
      state.items.append((item, weight, .now))
      state.weight += weight
      return true
    }
  }

  private func hasRoom(for weight: Int, in state: State) -> Bool {
    state.items.isEmpty
      || (state.items.count < capacity && state.weight + weight <= largestWeight)
  }

  /// Puts an item that was taken back at the front, whether there is room or not.
  func putBack(_ item: Item, weight: Int) {
    state.change { state in
      guard !state.isCancelled else { return }
      state.items.insert((item, weight, .now), at: 0)
      state.weight += weight
    }
  }

  /// Waits for an item that `accepts` agrees to and takes it, and with it waiting ones that
  /// `joins` finds alike, up to `limit` of them all. Call ``settle(_:)`` for them afterwards.
  /// - Parameters:
  ///   - spared: how many it leaves to others, at least.
  ///   - gathers: whether fewer than `limit` are taken only when no more are on their way, or there
  ///     is no room for them.
  ///   - delay: how long the first of fewer than `limit` waits for others.
  ///   - mark: given what is taken before anyone else may take.
  /// - Returns: nil when there will be none.
  func take(
    where accepts: (Item) -> Bool = { _ in true }, sparing spared: () -> Int = { 0 },
    upTo limit: (Item) -> Int = { _ in 1 }, gathering gathers: Bool = false,
    delay: Duration = .zero, joining joins: (Item, Item) -> Bool = { _, _ in false },
    marking mark: ([Item]) -> Void = { _ in }
  ) -> [Item]? {
    while true {
      let sight = state.wait { state -> Sight? in
        if state.items.count > spared(),
          let first = state.items.firstIndex(where: { accepts($0.item) })
        {
          let head = state.items[first].item
          let count = limit(head)
          var places = [first]
          for (index, (item, _, _)) in state.items.enumerated()
          where index != first && places.count < count && accepts(item) && joins(head, item) {
            places.append(index)
          }
          if places.count < count, state.blocked == 0 {
            if gathers, state.coming > 0 { return nil }
            let age = ContinuousClock.now - state.items[first].since
            if !state.isClosed, age < delay { return .unripe }
          }
          let batch = state.take(places)
          mark(batch)
          return .taken(batch)
        }
        let isOver = state.isClosed && state.items.isEmpty && state.taken == 0
        return isOver || state.isCancelled ? Sight.taken(nil) : nil
      }
      if case .taken(let batch) = sight { return batch }
      _ = state.wait(delay / 8) { _ -> Void? in nil }
    }
  }

  /// What a look at the queue finds.
  private enum Sight {
    /// nil: there will be none.
    case taken([Item]?)
    /// Items that still wait for others.
    case unripe
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
