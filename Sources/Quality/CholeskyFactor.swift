/// The lower triangle whose product with its transpose is a matrix; NaN where the matrix is not
/// positive definite.
struct CholeskyFactor {
  private var rows: [[Double]] = []

  /// - Parameter matrix: symmetric.
  init(_ matrix: [[Double]]) {
    for i in matrix.indices {
      var row: [Double] = []
      for j in 0..<i { row.append((matrix[i][j] - Self.dot(row, rows[j])) / rows[j][j]) }
      row.append((matrix[i][i] - Self.dot(row, row)).squareRoot())
      rows.append(row)
    }
  }

  /// What the triangle makes into `values`.
  func solve(_ values: [Double]) -> [Double] {
    var result: [Double] = []
    for (i, row) in rows.enumerated() {
      result.append((values[i] - Self.dot(result, row)) / row[i])
    }
    return result
  }

  /// Of the elements that both have.
  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
