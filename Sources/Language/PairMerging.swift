/// Merges pairs of neighbouring tokens, those of the lowest rank first and of equal ones the
/// leftmost, until none is left that merges. The time grows as n log n.
struct PairMerging {
  private struct Candidate {
    let rank: Int32
    let place: Int
    let pair: LlamaVocabulary.Pair
    let token: Int32

    func precedes(_ other: Candidate) -> Bool { (rank, place) < (other.rank, other.place) }
  }

  private let merges: [LlamaVocabulary.Pair: LlamaVocabulary.Merge]
  /// -1 where a token was merged into the one before.
  private var tokens: [Int32]
  private var previous: [Int]
  private var next: [Int]
  /// A heap: no candidate precedes the one at half its index.
  private var heap: [Candidate] = []

  init(
    _ tokens: [Int32], _ merges: [LlamaVocabulary.Pair: LlamaVocabulary.Merge]
  ) {
    (self.tokens, self.merges) = (tokens, merges)
    previous = tokens.indices.map { $0 - 1 }
    next = tokens.indices.map { $0 + 1 }
    for place in tokens.indices { propose(place) }
  }

  mutating func run() -> [Int32] {
    while let best = pop() {
      let right = next[best.place]
      // Tokens may have changed since the pair was proposed.
      guard tokens[best.place] == best.pair.first, right < tokens.count,
        tokens[right] == best.pair.second
      else { continue }
      tokens[best.place] = best.token
      tokens[right] = -1
      next[best.place] = next[right]
      if next[right] < tokens.count { previous[next[right]] = best.place }
      propose(best.place)
      propose(previous[best.place])
    }
    return tokens.filter { $0 >= 0 }
  }

  /// Remembers the pair that begins at `place` if it merges.
  private mutating func propose(_ place: Int) {
    guard place >= 0, next[place] < tokens.count else { return }
    let pair = LlamaVocabulary.Pair(first: tokens[place], second: tokens[next[place]])
    guard let merge = merges[pair] else { return }
    heap.append(Candidate(rank: merge.rank, place: place, pair: pair, token: merge.token))
    var child = heap.count - 1
    while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func pop() -> Candidate? {
    guard let best = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return best }
    heap[0] = last
    var parent = 0
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
      guard let least = children.min(by: { heap[$0].precedes(heap[$1]) }),
        heap[least].precedes(heap[parent])
      else { return best }
      heap.swapAt(least, parent)
      parent = least
    }
  }
}
