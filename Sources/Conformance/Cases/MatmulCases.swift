import IR
import Tensors

package enum MatmulCases {
  package static let all: [OpCase] =
    sizes.flatMap { size in transposes.map { matmul(size, $0) } } + projections

  private struct Size {
    let leading: [Int]
    let rows: Int
    let depth: Int
    let columns: Int
  }

  private static let sizes: [Size] = [
    Size(leading: [], rows: 1, depth: 1, columns: 1),
    Size(leading: [], rows: 16, depth: 16, columns: 16),
    Size(leading: [], rows: 7, depth: 127, columns: 13),
    Size(leading: [1], rows: 64, depth: 96, columns: 80),
    Size(leading: [3], rows: 1, depth: 33, columns: 17),
    Size(leading: [2, 4], rows: 12, depth: 63, columns: 12),
    Size(leading: [1, 2], rows: 48, depth: 221, columns: 48),
    Size(leading: [2, 1], rows: 77, depth: 5, columns: 1),
    Size(leading: [2, 3], rows: 35, depth: 8, columns: 77),
    Size(leading: [2], rows: 5, depth: 2061, columns: 20),
  ]

  private static let transposes = [
    Matmul(), Matmul(transposesSecond: true), Matmul(transposesFirst: true),
    Matmul(transposesFirst: true, transposesSecond: true),
  ]

  /// Linear layers: the second operand is a parameter (out, in), as PyTorch stores it.
  private static let projections: [OpCase] = [
    OpCase(.matmul(Matmul(transposesSecond: true)), [.input([35, 48]), .weight([127, 48])]),
    OpCase(.matmul(Matmul(transposesSecond: true)), [.input([1, 320]), .weight([33, 320])]),
    OpCase(.matmul(Matmul()), [.input([2, 17, 20]), .weight([2, 20, 16])]),
  ]

  private static func matmul(_ size: Size, _ op: Matmul) -> OpCase {
    let a = op.transposesFirst ? [size.depth, size.rows] : [size.rows, size.depth]
    let b = op.transposesSecond ? [size.columns, size.depth] : [size.depth, size.columns]
    let label = (op.transposesFirst ? "T" : "N") + (op.transposesSecond ? "T" : "N")
    return OpCase(
      .matmul(op), [.input(Shape(size.leading + a)), .input(Shape(size.leading + b))], label)
  }
}
