/// Byte-pair encoding of one word (Sennrich et al., 2016): the pair that merges first in the
/// vocabulary's order is merged first, the leftmost of equals before the others.
struct WordEncoder {
  /// A pair that may merge; stale once one of its halves has changed.
  private struct Candidate {
    let rank: Int32
    let position: Int
    let token: Int32

    static func < (a: Candidate, b: Candidate) -> Bool {
      (a.rank, a.position) < (b.rank, b.position)
    }
  }

  private let merges: [TokenVocabulary.Pair: TokenVocabulary.Merge]
  private var tokens: [Int32]
  /// Neighbours of every token that is left; -1 at the ends.
  private var next: [Int]
  private var previous: [Int]
  private var isMerged: [Bool]
  private var heap: [Candidate] = []

  /// - Parameter word: in UTF-8, not empty.
  init(_ word: [UInt8], _ vocabulary: TokenVocabulary) {
    merges = vocabulary.merges
    tokens = word.dropLast().map { vocabulary.bytes[Int($0)] }
    tokens.append(vocabulary.finalBytes[Int(word[word.count - 1])])
    next = Array(1..<tokens.count) + [-1]
    previous = Array(-1..<tokens.count - 1)
    isMerged = [Bool](repeating: false, count: tokens.count)
    for position in 0..<tokens.count - 1 { propose(position) }
  }

  /// Merges until no pair is left that can.
  mutating func encode() -> [Int32] {
    while let best = pop() {
      let position = best.position
      guard !isMerged[position], next[position] >= 0, merge(at: position)?.token == best.token
      else { continue }
      let consumed = next[position]
      tokens[position] = best.token
      isMerged[consumed] = true
      next[position] = next[consumed]
      if next[position] >= 0 { previous[next[position]] = position }
      if previous[position] >= 0 { propose(previous[position]) }
      propose(position)
    }
    return tokens.indices.filter { !isMerged[$0] }.map { tokens[$0] }
  }

  /// What the tokens at `position` and after it merge into.
  private func merge(at position: Int) -> TokenVocabulary.Merge? {
    guard next[position] >= 0 else { return nil }
    return merges[.init(first: tokens[position], second: tokens[next[position]])]
  }

  private mutating func propose(_ position: Int) {
    guard let merge = merge(at: position) else { return }
    push(Candidate(rank: merge.rank, position: position, token: merge.token))
  }
}

// MARK: - A binary heap, the least candidate first

extension WordEncoder {
  private mutating func push(_ candidate: Candidate) {
    heap.append(candidate)
    var child = heap.count - 1
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func pop() -> Candidate? {
    guard let best = heap.first else { return nil }
    let last = heap.removeLast()
    if heap.isEmpty { return best }
    heap[0] = last
    var parent = 0
    while let child = [2 * parent + 1, 2 * parent + 2].filter({ $0 < heap.count })
      .min(by: { heap[$0] < heap[$1] }), heap[child] < heap[parent]
    {
      heap.swapAt(child, parent)
      parent = child
    }
    return best
  }
}
