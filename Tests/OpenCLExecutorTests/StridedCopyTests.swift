import Conformance
import IR
import Tensors
import Testing

@testable import OpenCLExecutor

/// Copies between views, against coordinates moved one by one.
@Suite struct StridedCopyTests {
  /// What one case moves: an op on a value that lies somewhere, to somewhere.
  private struct Move: CustomStringConvertible {
    let op: Op
    let source: Placement
    let target: Placement

    var description: String { "\(op) from \(source) to \(target)" }

    /// The copy that the executor would launch; nil when it takes two.
    var copy: StridedCopy? {
      StridedView(source).moved(by: op, operand: source.shape).flatMap {
        StridedCopy(from: $0, to: StridedView(target))
      }
    }
  }

  @Test(arguments: 0..<20) func copiesDoWhatTheOpsMean(seed: Int) throws {
    var random = Random(seed: UInt64(seed))
    for _ in 0..<15 {
      let move = random.move()
      guard let copy = move.copy else { continue }
      for width in [4, 16] { check(copy, width, move) }
    }
  }

  /// What does not go in one copy goes through a dense one.
  @Test(arguments: 0..<20) func everythingMovesThroughDense(seed: Int) throws {
    var random = Random(seed: UInt64(seed))
    for _ in 0..<15 {
      let move = random.move()
      let dense = Placement.dense(move.source.shape)
      let first = Move(op: .reshape(Reshape(dense.shape)), source: move.source, target: dense)
      let second = Move(op: move.op, source: dense, target: move.target)
      let copies = try (#require(first.copy), #require(second.copy))
      check(copies.0, 16, first)
      check(copies.1, 16, second)
    }
  }

  @Test func wholeFeatureMapsAreOneLoop() throws {
    let placement = Placement.standard([2, 19, 5, 7])
    let copy = try #require(
      StridedCopy(from: StridedView(placement), to: StridedView(placement)))
    #expect(copy.digits.count == 1)
    #expect(copy.written == 2 * 32 * 5 * 7)
  }

  @Test func theHostsLayoutIsTransposedInTilesAndPadded() throws {
    let shape: Shape = [1, 3, 32, 32]
    var copy = try #require(
      StridedCopy(from: StridedView(.dense(shape)), to: StridedView(.standard(shape))))
    #expect(copy.arrange(width: 16) == .tiles)
    #expect(copy.digits.map(\.extent) == [3, 1024])
    #expect(copy.digits[0].writable == 16)
  }

  @Test func interleavingExtentsTakeTwoCopies() {
    let view = StridedView(.standard([1, 6, 2, 2]))
    #expect(view.reshaped([1, 4, 6, 1]) == nil)
  }

  @Test func broadcastingRepeats() throws {
    let view = StridedView(.standard([5, 1])).broadcast(to: [2, 5, 3])
    let copy = try #require(
      StridedCopy(from: view, to: StridedView(.standard([2, 5, 3]))))
    let x = (0..<80).map { $0 % 16 == 0 ? $0 / 16 + 1 : 0 }
    let y = run(copy, x, count: 160)
    for row in 0..<10 { #expect(y[row * 16..<row * 16 + 3].allSatisfy { $0 == row % 5 + 1 }) }
  }

  // MARK: By hand

  private func check(_ copy: StridedCopy, _ width: Int, _ move: Move) {
    var copy = copy
    let whole = copy.written == move.target.rows * move.target.lanes
    _ = copy.arrange(width: width)
    #expect(copy.digits.count <= StridedCopy.maximumDigits)
    let x = memory(move.source) { Int($0) + 1 }
    let count = move.target.rows * move.target.lanes
    let expected = memory(move.target) { origin(of: $0, move) + 1 }
    let result = run(copy, x, count: count, background: whole ? -1 : 0)
    #expect(result == expected, "\(move)")
  }

  /// What the kernel does; memory that it does not write keeps `background`.
  private func run(
    _ copy: StridedCopy, _ x: [Int], count: Int, background: Int = 0
  ) -> [Int] {
    var y = [Int](repeating: background, count: count)
    for index in 0..<copy.written {
      var rest = index
      var (from, to, isPadding) = (copy.sourceOffset, copy.targetOffset, false)
      for digit in copy.digits {
        let position = rest % digit.writable
        rest /= digit.writable
        isPadding = isPadding || position >= digit.extent
        from += position * digit.source
        to += position * digit.target
      }
      y[to] = isPadding ? 0 : x[from]
    }
    return y
  }

  /// A value in memory, `element` of the row-major index everywhere, padding zero.
  private func memory(_ placement: Placement, _ element: (Int) -> Int) -> [Int] {
    var memory = [Int](repeating: 0, count: placement.rows * placement.lanes)
    for index in 0..<placement.shape.count {
      let coordinates = coordinates(index, placement.shape)
      let order = placement.order
      let row = order.dropLast().reduce(0) { $0 * placement.shape[$1] + coordinates[$1] }
      memory[row * placement.lanes + placement.lane(of: coordinates[order.last!])] =
        element(index)
    }
    return memory
  }

  /// The row-major index in the operand of the element `index` of the result.
  private func origin(of index: Int, _ move: Move) -> Int {
    let shape = move.source.shape
    var at = coordinates(index, move.target.shape)
    switch move.op {
    case .slice(let op): at[op.axis] += op.start
    case .transpose(let op): at = shape.extents.indices.map { at[op.order.firstIndex(of: $0)!] }
    case .pixelShuffle(let op):
      let r = op.factor
      at = [at[0], at[1] * r * r + at[2] % r * r + at[3] % r, at[2] / r, at[3] / r]
    case .pixelUnshuffle(let op):
      let r = op.factor
      at = [at[0], at[1] / (r * r), at[2] * r + at[1] / r % r, at[3] * r + at[1] % r]
    default: return index
    }
    return zip(at, shape.strides).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func coordinates(_ index: Int, _ shape: Shape) -> [Int] {
    zip(shape.extents, shape.strides).map { index / $1 % $0 }
  }
}

extension StridedCopyTests {
  /// Draws cases.
  private struct Random {
    private let stream: SeededStream
    private var position = 0

    init(seed: UInt64) { stream = SeededStream(seed: seed) }

    private mutating func below(_ limit: Int) -> Int {
      position += 1
      return Int(stream.bits(position) % UInt64(limit))
    }

    private mutating func extent() -> Int { [1, 2, 3, 4, 5, 6, 12, 16, 17, 34, 48][below(11)] }

    private mutating func placement(_ shape: Shape, mayHaveParts: Bool) -> Placement {
      if below(3) == 0 { return .dense(shape) }
      let axis = below(shape.rank)
      let hasParts = mayHaveParts && shape[axis].isMultiple(of: 2) && below(2) == 0
      return .lanes(shape, axis: axis, parts: hasParts ? 2 : 1)
    }

    /// Any op, or none; only a mere change of layout goes to parts.
    mutating func move() -> Move {
      let r = 1 + below(3)
      let kind = below(6)
      var shape = Shape((0..<(kind == 3 || kind == 4 ? 4 : 1 + below(4))).map { _ in extent() })
      while shape.count > 700 { shape = Shape(shape.extents.map { ($0 + 1) / 2 }) }
      if kind == 3 { shape = shape.replacing(1, with: (1 + below(9)) * r * r) }
      if kind == 4 { shape = Shape([shape[0], shape[1], r * (1 + below(5)), r * (1 + below(5))]) }
      let op = op(kind, shape, r)
      let result = try! op.rule!.shape(of: [shape])
      return Move(
        op: op, source: placement(shape, mayHaveParts: true),
        target: placement(result, mayHaveParts: kind == 5))
    }

    private mutating func op(_ kind: Int, _ shape: Shape, _ r: Int) -> Op {
      switch kind {
      case 0:
        let axis = below(shape.rank)
        let start = below(shape[axis])
        return .slice(Slice(axis: axis, start: start, count: 1 + below(shape[axis] - start)))
      case 1:
        var order = Array(0..<shape.rank)
        for i in order.indices { order.swapAt(i, below(shape.rank)) }
        return .transpose(Transpose(order))
      case 2: return .reshape(Reshape(regrouped(shape)))
      case 3: return .pixelShuffle(PixelShuffle(factor: r))
      case 4: return .pixelUnshuffle(PixelUnshuffle(factor: r))
      default: return .reshape(Reshape(shape))
      }
    }

    /// Another shape with as many elements.
    private mutating func regrouped(_ shape: Shape) -> Shape {
      var extents = [Int](repeating: 1, count: 1 + below(4))
      var rest = shape.count
      for prime in [2, 3, 5, 17] {
        while rest.isMultiple(of: prime) {
          extents[below(extents.count)] *= prime
          rest /= prime
        }
      }
      extents[below(extents.count)] *= rest
      return Shape(extents)
    }
  }
}
