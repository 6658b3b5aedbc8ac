import IR
import Tensors

extension Transpose: Evaluable {
  /// y[i_0, i_1, ...] = x[...], where index i_k is that of axis order[k].
  func evaluate(_ operands: [Source], into result: Destination) {
    let x = operands[0]
    let extents = [1] + result.shape.extents
    let strides = [0] + order.map { x.shape.strides[$0] }
    let rows = offsets(extents.dropLast(), strides: strides.dropLast())
    let (width, step) = (extents[extents.count - 1], strides[extents.count - 1])
    concurrently(rows.count) { row in
      for j in 0..<width {
        result.elements[row * width + j] = x.elements[rows[row] + j * step]
      }
    }
  }
}

extension Slice: Evaluable {
  /// y[..., i, ...] = x[..., start + i, ...].
  func evaluate(_ operands: [Source], into result: Destination) {
    let x = operands[0]
    copyRuns(
      from: x.elements, every: run(of: x.shape, axis), at: start * run(of: x.shape, axis + 1),
      to: result.elements, every: run(of: result.shape, axis), at: 0,
      length: run(of: result.shape, axis))
  }
}

extension Concatenation: Evaluable {
  /// y[..., i, ...] = operand[..., i - (extents of the operands before it), ...].
  func evaluate(_ operands: [Source], into result: Destination) {
    var start = 0
    for operand in operands {
      let length = run(of: operand.shape, axis)
      copyRuns(
        from: operand.elements, every: length, at: 0,
        to: result.elements, every: run(of: result.shape, axis), at: start, length: length)
      start += length
    }
  }
}

extension Padding: Evaluable {
  /// y[n, c, i, j] = x[n, c, i - top, j - left], continued as the mode says.
  func evaluate(_ operands: [Source], into result: Destination) {
    let x = operands[0]
    let (height, width) = (x.shape[2], x.shape[3])
    let columns = (0..<result.shape[3]).map { source(of: $0 - edges.left, extent: width) }
    for row in 0..<result.shape.count / result.shape[3] {
      let (plane, i) = row.quotientAndRemainder(dividingBy: result.shape[2])
      let y = source(of: i - edges.top, extent: height)
      for (j, column) in columns.enumerated() {
        let inside = y.flatMap { y in column.map { x.elements[(plane * height + y) * width + $0] } }
        result.elements[row * columns.count + j] = inside ?? 0
      }
    }
  }

  /// Where the element at `position` comes from; nil for a zero.
  private func source(of position: Int, extent: Int) -> Int? {
    let last = extent - 1
    return switch mode {
    case .zero: (0...last).contains(position) ? position : nil
    case .reflect: last - abs(last - abs(position))
    case .replicate: position.clamped(to: 0...last)
    }
  }
}

/// Number of elements of the block that one index before `axis` stands for.
private func run(of shape: Shape, _ axis: Int) -> Int {
  shape.extents[axis...].reduce(1, *)
}

/// Copies `length` elements out of every block of `from` into every block of `to`; blocks have
/// sizes of their own and the elements start at an offset in each.
private func copyRuns(
  from source: UnsafeBufferPointer<Float>, every sourceBlock: Int, at sourceOffset: Int,
  to destination: UnsafeMutableBufferPointer<Float>, every block: Int, at offset: Int, length: Int
) {
  for index in 0..<destination.count / block {
    for i in 0..<length {
      destination[index * block + offset + i] = source[index * sourceBlock + sourceOffset + i]
    }
  }
}
