import Tensors

/// The same elements in row-major order under another shape.
package struct Reshape: MovementRule, Hashable {
  package var shape: Shape

  package init(_ shape: Shape) { self.shape = shape }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard shape.rank <= Shape.maximumRank, shape.checkedCount == x.count else {
      throw Misfit("\(x.count) elements do not fill \(shape)")
    }
    return shape
  }
}

/// Axis i of the result is axis `order[i]` of the operand.
package struct Transpose: MovementRule, Hashable {
  package var order: [Int]

  package init(_ order: [Int]) { self.order = order }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard order.sorted() == Array(0..<x.rank) else { throw Misfit("\(order) is no permutation") }
    return Shape(order.map { x[$0] })
  }
}

/// The elements `start ..< start + count` of one axis.
package struct Slice: MovementRule, Hashable {
  package var axis: Int
  package var start: Int
  package var count: Int

  package init(axis: Int, start: Int, count: Int) {
    self.axis = axis
    self.start = start
    self.count = count
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard 0..<x.rank ~= axis, start >= 0, count > 0, start <= x[axis] - count else {
      throw Misfit("no elements \(start) ..< \(start)+\(count) on axis \(axis)")
    }
    return x.replacing(axis, with: count)
  }
}

/// Operands one after the other along one axis.
package struct Concatenation: MovementRule, Hashable {
  package var axis: Int

  package init(axis: Int) { self.axis = axis }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    guard let first = operands.first, 0..<first.rank ~= axis else { throw Misfit("no such axis") }
    for other in operands
    where other.rank != first.rank
      || other.replacing(axis, with: 1) != first.replacing(axis, with: 1)
    {
      throw Misfit("the other extents differ")
    }
    return first.replacing(axis, with: operands.reduce(0) { $0 + $1[axis] })
  }
}

/// Enlarges the last two axes of an NCHW map.
package struct Padding: MovementRule, Hashable {
  package enum Mode: Hashable, Sendable {
    case zero
    /// Mirror without repeating the border pixel; needs amounts below the extent.
    case reflect
    /// Repeat the border pixel.
    case replicate
  }

  package var mode: Mode
  package var edges: Edges

  package init(_ mode: Mode, _ edges: Edges) {
    self.mode = mode
    self.edges = edges
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard x.rank == 4, edges.isValid else { throw Misfit("takes NCHW and positive amounts") }
    switch mode {
    case .reflect:
      guard max(edges.top, edges.bottom) < x[2], max(edges.left, edges.right) < x[3] else {
        throw Misfit("cannot reflect by \(edges) in \(x)")
      }
    case .zero, .replicate: break
    }
    return [x[0], x[1], x[2] + edges.top + edges.bottom, x[3] + edges.left + edges.right]
  }
}
