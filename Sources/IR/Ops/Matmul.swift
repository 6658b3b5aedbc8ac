import Tensors

/// Batched matrix product of two tensors with equal leading extents.
///
/// Operands: a (..., M, K), b (..., K, N), each with its last two axes swapped when transposed.
/// Result: (..., M, N).
package struct Matmul: OpRule, Hashable {
  package var transposesFirst = false
  package var transposesSecond = false

  package init(transposesFirst: Bool = false, transposesSecond: Bool = false) {
    self.transposesFirst = transposesFirst
    self.transposesSecond = transposesSecond
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let operands = try operands.checked(2...2)
    let (a, b) = (operands[0], operands[1])
    guard a.rank >= 2, a.rank == b.rank, a.extents.dropLast(2) == b.extents.dropLast(2) else {
      throw Misfit("leading extents differ")
    }
    let (m, k) = rowsAndDepth(a)
    let (depth, n) =
      transposesSecond
      ? (b[b.rank - 1], b[b.rank - 2]) : (b[b.rank - 2], b[b.rank - 1])
    guard k == depth else { throw Misfit("inner extents \(k) and \(depth) differ") }
    return Shape(a.extents.dropLast(2) + [m, n])
  }

  package func flops(operands: [Shape], output: Shape) -> Int {
    2 * output.count * rowsAndDepth(operands[0]).depth
  }

  package func reductionLength(operands: [Shape]) -> Int { rowsAndDepth(operands[0]).depth }

  private func rowsAndDepth(_ a: Shape) -> (rows: Int, depth: Int) {
    let (first, second) = (a[a.rank - 2], a[a.rank - 1])
    return transposesFirst ? (second, first) : (first, second)
  }
}
