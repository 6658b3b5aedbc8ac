import Tensors

/// Whole numbers that decide a random case: drawn from a stream, or as they were recorded.
///
/// Every number is recorded as its distance from the least that it could be, so that smaller
/// records make smaller cases, and any record makes one.
package struct Draw: Sendable {
  private enum Source: Sendable {
    /// The case's own, and one that it has in common with others.
    case streams(SeededStream, common: SeededStream)
    case record([Int])
  }

  private let source: Source
  private var isCommon = false
  /// What was drawn, in order.
  package private(set) var choices: [Int] = []

  /// - Parameter common: what kernels are compiled for comes from.
  package init(_ stream: SeededStream, common: SeededStream) {
    source = .streams(stream, common: common)
  }

  /// - Parameter choices: what lies past their end is 0, what is too large the largest.
  package init(replaying choices: [Int]) { source = .record(choices) }

  /// One of the range, each as often as the others.
  mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + choice(below: range.count) { $0 % UInt64(range.count) }
  }

  /// An extent of a tensor: a quarter of them the least, a quarter close to it.
  mutating func extent(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound
      + choice(below: range.count) { bits in
        let spans = [1, 4, 18, range.count].map { UInt64(min($0, range.count)) }
        return (bits >> 2) % spans[Int(bits & 3)]
      }
  }

  /// - Precondition: there are elements; the first is the simplest.
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[number(0...elements.count - 1)]
  }

  /// Whether something is so, in one case of so many.
  mutating func isOne(of count: Int) -> Bool { number(0...count - 1) == count - 1 }

  /// A shape of so many axes, of extents up to `largest`.
  mutating func shape(rank ranks: ClosedRange<Int>, upTo largest: Int = 40) -> Shape {
    Shape((0..<number(ranks)).map { _ in extent(1...largest) })
  }

  /// The shape of a feature map (N, C, H, W).
  mutating func map(channels: Int, upTo side: Int = 33) -> Shape {
    [extent(1...3), channels, extent(1...side), extent(1...side)]
  }

  /// An axis of a shape.
  mutating func axis(of shape: Shape) -> Int { number(0...shape.rank - 1) }

  /// Numbers that kernels are compiled for, which cases with the same common stream share: as many
  /// numbers must have been drawn before in each.
  mutating func common<Drawn>(_ draw: (inout Draw) -> Drawn) -> Drawn {
    isCommon = true
    defer { isCommon = false }
    return draw(&self)
  }

  private mutating func choice(below count: Int, _ drawn: (UInt64) -> UInt64) -> Int {
    let choice =
      switch source {
      case .streams(let own, let common):
        Int(drawn((isCommon ? common : own).bits(choices.count)))
      case .record(let record):
        choices.count < record.count ? record[choices.count].clamped(to: 0...count - 1) : 0
      }
    choices.append(choice)
    return choice
  }
}
