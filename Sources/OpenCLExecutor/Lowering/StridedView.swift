import IR
import Tensors

/// Where the elements of a tensor lie in memory: each axis is a number of one or several digits,
/// and the offset of an element is the sum of digit times stride, plus a constant.
///
/// Moving ops that do not touch memory (slice, transpose, reshape and their like) turn the view
/// of an operand into a view of the result on the operand's memory.
struct StridedView: Equatable {
  struct Digit: Equatable {
    var extent: Int
    var stride: Int
    /// Neighbouring positions that exist from 0 on; those past the extent are padding and zero.
    var room: Int

    init(_ extent: Int, stride: Int, room: Int? = nil) {
      self.extent = extent
      self.stride = stride
      self.room = room ?? extent
    }
  }

  /// For each axis its digits, the most significant first; none for an extent of 1.
  private(set) var axes: [[Digit]]
  private(set) var offset = 0

  /// A whole value.
  /// - Parameters:
  ///   - pitch: from a row to the next; nil: they follow each other.
  ///   - start: of the first row.
  init(_ placement: Placement, pitch: Int? = nil, start: Int = 0) {
    let order = placement.order
    axes = placement.shape.extents.map { [Digit($0, stride: 0)] }
    offset = start
    guard let channels = order.last else { return }
    var stride = pitch ?? placement.lanes
    for axis in order.dropLast().reversed() {
      axes[axis] = [Digit(placement.shape[axis], stride: stride)]
      stride *= placement.shape[axis]
    }
    let (parts, partLanes) = (placement.parts, placement.partLanes)
    axes[channels] = [Digit(placement.channels / parts, stride: 1, room: partLanes)]
    if parts > 1 { axes[channels].insert(Digit(parts, stride: partLanes), at: 0) }
  }
}

// MARK: Moving ops

extension StridedView {
  /// The result of `op` on this operand, of shape `operand`; nil when its elements are not so
  /// regular. A concatenation leaves its operands as they are.
  func moved(by op: Op, operand: Shape) -> StridedView? {
    switch op {
    case .slice(let op): sliced(axis: op.axis, start: op.start, count: op.count)
    case .transpose(let op): transposed(op.order)
    case .reshape(let op): reshaped(op.shape)
    case .pixelShuffle(let op): shuffled(op.factor, operand)
    case .pixelUnshuffle(let op): unshuffled(op.factor, operand)
    case .concatenation: self
    default: preconditionFailure("\(op.name) does more than to move elements")
    }
  }

  /// nil when the axis has several digits.
  func sliced(axis: Int, start: Int, count: Int) -> StridedView? {
    guard axes[axis].count == 1, let digit = axes[axis].last else { return nil }
    var result = self
    let isLast = start + count == digit.extent
    let room = isLast ? digit.room - start : count
    result.axes[axis] = [Digit(count, stride: digit.stride, room: room)]
    result.offset += start * digit.stride
    return result
  }

  func transposed(_ order: [Int]) -> StridedView {
    var result = self
    result.axes = order.map { axes[$0] }
    return result
  }

  /// The same elements in row-major order; nil when extents of old and new interleave.
  func reshaped(_ shape: Shape) -> StridedView? {
    var digits: [Digit] = []
    for digit in axes.joined() where digit.extent > 1 {
      if let last = digits.last, last.stride == digit.extent * digit.stride {
        digits.removeLast()
        digits.append(Digit(last.extent * digit.extent, stride: digit.stride))
      } else {
        digits.append(digit)
      }
    }
    var result = self
    result.axes = shape.extents.map { _ in [] }
    for axis in result.axes.indices.reversed() {
      guard let taken = Self.take(shape[axis], from: &digits) else { return nil }
      result.axes[axis] = taken
    }
    return result
  }

  /// Removes digits from the end that make up an axis of `extent`.
  private static func take(_ extent: Int, from digits: inout [Digit]) -> [Digit]? {
    var taken: [Digit] = []
    var missing = extent
    while missing > 1, let digit = digits.popLast() {
      if missing.isMultiple(of: digit.extent) {
        taken.insert(digit, at: 0)
        missing /= digit.extent
      } else if digit.extent.isMultiple(of: missing) {
        taken.insert(Digit(missing, stride: digit.stride), at: 0)
        digits.append(Digit(digit.extent / missing, stride: digit.stride * missing))
        missing = 1
      } else {
        return nil
      }
    }
    return taken
  }

  /// Repeated along the axes on which it broadcasts to `shape`.
  func broadcast(to shape: Shape) -> StridedView {
    let missing = shape.rank - axes.count
    var result = self
    result.axes = shape.extents.enumerated().map { axis, extent in
      let own = axis < missing ? [] : axes[axis - missing]
      let isRepeated = own.allSatisfy { $0.extent == 1 } && extent > 1
      return isRepeated ? [Digit(extent, stride: 0)] : own
    }
    return result
  }

  private func shuffled(_ r: Int, _ x: Shape) -> StridedView? {
    reshaped([x[0], x[1] / (r * r), r, r, x[2], x[3]])?.transposed([0, 1, 4, 2, 5, 3])
      .reshaped([x[0], x[1] / (r * r), x[2] * r, x[3] * r])
  }

  private func unshuffled(_ r: Int, _ x: Shape) -> StridedView? {
    reshaped([x[0], x[1], x[2] / r, r, x[3] / r, r])?.transposed([0, 1, 3, 5, 2, 4])
      .reshaped([x[0], x[1] * r * r, x[2] / r, x[3] / r])
  }
}
