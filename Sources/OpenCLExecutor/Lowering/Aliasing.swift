import IR
import Tensors

extension Lowering {
  /// Gives a reshape or transpose the operand's own memory when the bytes are already in order, and
  /// a slice of whole vectors their lanes.
  func alias(_ value: Graph.Value) -> Bool {
    let node = graph[value]
    guard let source = node.operands.first, let placement = placement(of: source),
      let rows = rows(of: source)
    else { return false }
    guard let axis = placement.axis else {
      // Times and indices stay in float32.
      guard case .reshape = node.op else { return false }
      place(value, .dense(node.shape), rows.storage)
      return true
    }
    let form: Placement?
    switch node.op {
    case .reshape: form = Self.aliasReshape(placement, axis, node.shape)
    case .transpose(let op): form = Self.aliasTranspose(placement, axis, op, node.shape)
    case .slice(let op) where concatenations != nil && op.isVectors(of: placement):
      let form = Placement.lanes(node.shape, axis: axis)
      place(value, form, rows.from(op.start).moved(to: part(of: rows.storage, form)))
      return true
    default: form = nil
    }
    guard let form else { return false }
    place(value, form, rows)
    return true
  }

  /// The same channels with the same numbers of elements before and after them.
  private static func aliasReshape(
    _ placement: Placement, _ axis: Int, _ shape: Shape
  ) -> Placement? {
    let before = placement.shape.extents[..<axis].reduce(1, *)
    for candidate in 0..<shape.rank
    where shape[candidate] == placement.channels
      && shape.extents[..<candidate].reduce(1, *) == before
    {
      return .lanes(shape, axis: candidate, parts: placement.parts)
    }
    return nil
  }

  /// The other axes in the same order, extents of 1 aside.
  private static func aliasTranspose(
    _ placement: Placement, _ axis: Int, _ op: Transpose, _ shape: Shape
  ) -> Placement? {
    guard let target = op.order.firstIndex(of: axis) else { return nil }
    let result = Placement.lanes(shape, axis: target, parts: placement.parts)
    let outer = result.order.dropLast().map { op.order[$0] }.filter { placement.shape[$0] > 1 }
    let source = placement.order.dropLast().filter { placement.shape[$0] > 1 }
    return outer == Array(source) ? result : nil
  }
}

extension Slice {
  /// Whether it is whole vectors of every row of its operand.
  fileprivate func isVectors(of placement: Placement) -> Bool {
    let isLast = start + count == placement.channels
    return axis == placement.axis && placement.parts == 1
      && start.isMultiple(of: Placement.vectorWidth)
      && (isLast || count.isMultiple(of: Placement.vectorWidth))
  }
}
