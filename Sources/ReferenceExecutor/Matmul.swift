import IR
import Tensors

extension Matmul: Evaluable {
  /// y[..., i, j] = sum over k of a[..., i, k] b[..., k, j].
  func evaluate(_ operands: [Source], into result: Destination) {
    let (a, b) = (operands[0], operands[1])
    let rank = result.shape.rank
    let (rows, columns) = (result.shape[rank - 2], result.shape[rank - 1])
    let depth = a.shape[transposesFirst ? rank - 2 : rank - 1]
    for matrix in 0..<result.shape.count / (rows * columns) {
      let right = rightMatrix(b, matrix, depth: depth, columns: columns)
      concurrently(rows) { i in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { sums in
          sums.initialize(repeating: 0)
          for k in 0..<depth {
            let inner = transposesFirst ? k * rows + i : i * depth + k
            let factor = a[matrix * rows * depth + inner]
            right.withUnsafeBufferPointer { right in
              for j in 0..<columns { sums[j] += factor * right[k * columns + j] }
            }
          }
          let start = (matrix * rows + i) * columns
          for j in 0..<columns { result.store(sums[j], at: start + j) }
        }
      }
    }
  }

  /// One matrix of `b` as depth x columns, whichever way it is stored.
  private func rightMatrix(_ b: Source, _ matrix: Int, depth: Int, columns: Int) -> [Double] {
    let start = matrix * depth * columns
    let order = transposesSecond ? [1, depth] : [columns, 1]
    return offsets([depth, columns], strides: order).map { b[start + $0] }
  }
}
