import IR
import Tensors

extension Lowering {
  /// How the result of a moving op gets its elements from one of its operands.
  func gather(_ value: Graph.Value, operand index: Int) -> Gather {
    let node = graph[value]
    let source = graph[node.operands[index]].shape
    let same = (0..<source.rank).map { Gather.Coordinate.shifted(axis: $0, by: 0) }
    switch node.op {
    case .slice(let op):
      var coordinates = same
      coordinates[op.axis] = .shifted(axis: op.axis, by: op.start)
      return Gather(coordinates: coordinates)
    case .transpose(let op):
      let coordinates = (0..<source.rank).map { axis in
        Gather.Coordinate.shifted(axis: op.order.firstIndex(of: axis)!, by: 0)
      }
      return Gather(coordinates: coordinates)
    case .reshape:
      return reshape(from: source, to: node.shape)
    case .concatenation(let op):
      return concatenation(op, node, operand: index)
    case .padding(let op):
      return padding(op, source)
    case .pixelShuffle(let op):
      return pixelShuffle(op.factor)
    case .pixelUnshuffle(let op):
      return pixelUnshuffle(op.factor)
    case .resize(let op):
      var coordinates = same
      coordinates[2] = .computed("min((int)((long)c2 * \(source[2]) / \(op.height)), \(source[2] - 1))")
      coordinates[3] = .computed("min((int)((long)c3 * \(source[3]) / \(op.width)), \(source[3] - 1))")
      return Gather(coordinates: coordinates)
    default:
      preconditionFailure("\(node.op.name) does not move elements")
    }
  }

  private func reshape(from source: Shape, to shape: Shape) -> Gather {
    let linear = Placement.linear((0..<shape.rank).map { "c\($0)" }, extents: shape.extents)
    let coordinates = zip(source.strides, source.extents).map { stride, extent in
      Gather.Coordinate.computed("(int)(linear / \(stride) % \(extent))")
    }
    return Gather(
      preamble: "const size_t linear = \(linear);", coordinates: coordinates, keepsVectors: false)
  }

  private func concatenation(
    _ op: Concatenation, _ node: Graph.Node, operand index: Int
  ) -> Gather {
    let extents = node.operands.map { graph[$0].shape[op.axis] }
    let start = extents[..<index].reduce(0, +)
    let axis = op.axis
    var coordinates = node.shape.extents.indices.map {
      Gather.Coordinate.shifted(axis: $0, by: 0)
    }
    coordinates[axis] = .shifted(axis: axis, by: -start)
    let isAligned =
      Placement.standard(node.shape).axis != axis
      || extents.allSatisfy { $0.isMultiple(of: Placement.vectorWidth) }
    return Gather(
      condition: "c\(axis) >= \(start) && c\(axis) < \(start + extents[index])",
      coordinates: coordinates, keepsVectors: isAligned)
  }

  private func padding(_ op: Padding, _ source: Shape) -> Gather {
    let offsets = [2: op.edges.top, 3: op.edges.left]
    var gather = Gather(coordinates: [.shifted(axis: 0, by: 0), .shifted(axis: 1, by: 0)])
    var conditions: [String] = []
    for axis in 2...3 {
      let (at, last) = ("(c\(axis) - \(offsets[axis]!))", source[axis] - 1)
      switch op.mode {
      case .zero:
        gather.coordinates.append(.computed(at))
        conditions.append("\(at) >= 0 && \(at) <= \(last)")
      case .replicate:
        gather.coordinates.append(.computed("clamp(\(at), 0, \(last))"))
      case .reflect:
        gather.coordinates.append(.computed("(\(last) - abs(\(last) - (int)abs(\(at))))"))
      }
    }
    gather.condition = conditions.isEmpty ? nil : conditions.joined(separator: " && ")
    return gather
  }

  private func pixelShuffle(_ r: Int) -> Gather {
    Gather(
      coordinates: [
        .shifted(axis: 0, by: 0), .computed("(c1 * \(r * r) + c2 % \(r) * \(r) + c3 % \(r))"),
        .computed("(c2 / \(r))"), .computed("(c3 / \(r))"),
      ], keepsVectors: false)
  }

  private func pixelUnshuffle(_ r: Int) -> Gather {
    Gather(
      coordinates: [
        .shifted(axis: 0, by: 0), .computed("(c1 / \(r * r))"),
        .computed("(c2 * \(r) + c1 % \(r * r) / \(r))"), .computed("(c3 * \(r) + c1 % \(r))"),
      ], keepsVectors: false)
  }

  /// Gives a reshape or transpose the operand's own memory when the bytes are already in order.
  func alias(_ value: Graph.Value) throws -> Bool {
    let node = graph[value]
    guard let source = node.operands.first, let placement = placement(of: source),
      let storage = storage(of: source), let axis = placement.axis
    else { return false }
    let form: Placement?
    switch node.op {
    case .reshape: form = Self.aliasReshape(placement, axis, node.shape)
    case .transpose(let op): form = Self.aliasTranspose(placement, axis, op, node.shape)
    default: form = nil
    }
    guard let form else { return false }
    place(value, form, storage)
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
