import Tensors

/// Rows of a table. Operands: indices (N, T); table (V, C). Result: tokens (N, C, T, 1).
///
/// Indices are whole numbers in floats; those outside of the table count as its nearest row.
package struct Embedding: MovementRule, Hashable {
  package init() {}

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let operands = try operands.checked(2...2)
    guard operands[0].rank == 2, operands[1].rank == 2 else {
      throw Misfit("takes a matrix of indices and a table")
    }
    return [operands[0][0], operands[1][1], operands[0][1], 1]
  }
}

/// Pixels of a map, or tokens, by their row-major number in their own image.
///
/// Operands: x (N, C, H, W); indices (N, 1, H', W'). Result: (N, C, H', W'). Numbers outside of the
/// image count as its nearest pixel in that order.
package struct Gather: MovementRule, Hashable {
  package init() {}

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let operands = try operands.checked(2...2)
    let (x, indices) = (operands[0], operands[1])
    guard x.rank == 4, indices.rank == 4 else { throw Misfit("takes NCHW maps") }
    guard x[0] == indices[0], indices[1] == 1 else {
      throw Misfit("there is not one index per result pixel")
    }
    return [x[0], x[1], indices[2], indices[3]]
  }
}

/// Tokens with others in place of some, as a cache of keys and values grows.
///
/// Operands: x (N, C, T, 1); rows (N, C, K, 1); starts (N, 1). Result: x with row k of image n in
/// place of its token starts[n] + k; rows past the last token are dropped. Starts are whole numbers
/// in floats; those outside of the tokens count as the nearest one.
package struct Insertion: MovementRule, Hashable {
  package init() {}

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let operands = try operands.checked(3...3)
    let (x, rows) = (operands[0], operands[1])
    guard x.rank == 4, rows.rank == 4, x[3] == 1, rows[3] == 1 else {
      throw Misfit("takes tokens")
    }
    guard rows[0] == x[0], rows[1] == x[1], operands[2] == [x[0], 1] else {
      throw Misfit("the rows are not of these tokens, or not one start per image")
    }
    return x
  }
}

/// The index of the largest element along one axis, which keeps extent 1; the first among equals.
package struct Argmax: OpRule, Hashable {
  package var axis: Int

  package init(axis: Int) { self.axis = axis }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard (0..<x.rank).contains(axis) else { throw Misfit("no axis \(axis)") }
    return x.replacing(axis, with: 1)
  }

  package func flops(operands: [Shape], output: Shape) -> Int { 0 }

  package func reductionLength(operands: [Shape]) -> Int { 1 }
}
