/// A copy between two views of the same shape as one loop nest of at most eight loops.
struct StridedCopy: Equatable {
  /// One loop.
  struct Digit: Equatable {
    var extent: Int
    /// Distance in elements of neighbours in the source and in the target.
    var source: Int
    var target: Int
    /// Positions that may be read; those past the extent do not matter.
    var readable: Int
    /// Positions to write; those past the extent become zero.
    var writable: Int
  }

  /// Which entry of the movement kernel does it.
  enum Method {
    /// Along the first digit, row by row.
    case rows
    /// In square tiles: the first digit is contiguous in the target, the second in the source.
    case tiles
  }

  static let maximumDigits = 8

  /// The innermost loop first.
  private(set) var digits: [Digit]
  let sourceOffset: Int
  let targetOffset: Int

  /// Nil when the digits of an axis have no common refinement, or there are too many.
  init?(from source: StridedView, to target: StridedView) {
    sourceOffset = source.offset
    targetOffset = target.offset
    digits = []
    for (from, to) in zip(source.axes, target.axes) {
      guard let common = Self.refine(from, to) else { return nil }
      digits += common
    }
    digits = digits.filter { $0.writable > 1 }.map(Self.throughPadding)
      .sorted { $0.target > $1.target }
    mergeNeighbours()
    digits.reverse()
    guard digits.count <= Self.maximumDigits else { return nil }
  }

  /// Elements of the target that are written, zeros included.
  var written: Int { digits.reduce(1) { $0 * $1.writable } }

  /// The digits that both ways to cut an axis have in common.
  private static func refine(
    _ source: [StridedView.Digit], _ target: [StridedView.Digit]
  ) -> [Digit]? {
    let one = StridedView.Digit(1, stride: 0)
    var (source, target) = (source, target)
    var result: [Digit] = []
    while !source.isEmpty || !target.isEmpty {
      let (from, to) = (source.popLast() ?? one, target.popLast() ?? one)
      let extent = min(from.extent, to.extent)
      if extent == 1, max(from.extent, to.extent) > 1 {
        if from.extent > 1 { source.append(from) } else { target.append(to) }
        continue
      }
      guard from.extent.isMultiple(of: extent), to.extent.isMultiple(of: extent) else {
        return nil
      }
      let isWhole = (from.extent == extent, to.extent == extent)
      result.append(
        Digit(
          extent: extent, source: from.stride, target: to.stride,
          readable: isWhole.0 ? from.room : extent, writable: isWhole.1 ? to.room : extent))
      if !isWhole.0 { source.append(from.outer(extent)) }
      if !isWhole.1 { target.append(to.outer(extent)) }
    }
    return result
  }

  /// Copies the zeros of the source's padding too where they fill that of the target.
  private static func throughPadding(_ digit: Digit) -> Digit {
    var digit = digit
    if digit.readable >= digit.writable { digit.extent = digit.writable }
    return digit
  }

  /// Makes one loop of two where the outer continues the inner; outermost first.
  private mutating func mergeNeighbours() {
    var merged: [Digit] = []
    for digit in digits {
      guard let outer = merged.last, digit.writable == digit.extent,
        outer.source == digit.source * digit.extent, outer.target == digit.target * digit.extent
      else {
        merged.append(digit)
        continue
      }
      let extent = outer.extent * digit.extent
      merged[merged.count - 1] = Digit(
        extent: extent, source: digit.source, target: digit.target, readable: extent,
        writable: extent)
    }
    digits = merged
  }

  /// Brings the digits into the order that suits the kernel best.
  /// - Parameter width: elements of a vector, and side of a tile.
  mutating func arrange(width: Int) -> Method {
    guard let first = digits.first, first.source != 1,
      let contiguous = digits.firstIndex(where: { $0.source == 1 })
    else { return .rows }
    let other = digits.remove(at: contiguous)
    if first.target == 1, first.source != 0, first.writable >= width, other.readable >= width {
      digits.insert(other, at: 1)
      return .tiles
    }
    let isTiny = first.extent < 4 && first.writable == first.extent
    digits.insert(other, at: isTiny && other.extent > first.extent ? 0 : contiguous)
    return .rows
  }
}

extension StridedView.Digit {
  /// What is left of the digit when its last `extent` positions become a digit of their own.
  fileprivate func outer(_ extent: Int) -> StridedView.Digit {
    StridedView.Digit(self.extent / extent, stride: stride * extent)
  }
}
