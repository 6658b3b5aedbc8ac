import Glibc

/// MATLAB's `fspecial('gaussian')`: weights of a square window, whose sum is 1.
struct GaussianWindow {
  /// Of one row; those of the window are the products.
  let weights: [Double]

  init(side: Int, deviation: Double) {
    let heights = (0..<side).map { place in
      let distance = Double(place) - Double(side - 1) / 2
      return exp(-distance * distance / (2 * deviation * deviation))
    }
    let sum = heights.reduce(0, +)
    weights = heights.map { $0 / sum }
  }

  /// The weighted means of all windows that lie inside, row by row; nil when none does.
  func averages(_ plane: Plane) -> [Double]? {
    let (side, width) = (weights.count, plane.width)
    let (columns, rows) = (width - side + 1, plane.height - side + 1)
    guard columns > 0, rows > 0 else { return nil }
    var result = [Double](repeating: 0, count: columns * rows)
    var line = [Double](repeating: 0, count: width)
    for row in 0..<rows {
      for x in 0..<width { line[x] = 0 }
      for (j, weight) in weights.enumerated() {
        let start = (row + j) * width
        for x in 0..<width { line[x] += weight * plane.values[start + x] }
      }
      for (i, weight) in weights.enumerated() {
        for x in 0..<columns { result[row * columns + x] += weight * line[x + i] }
      }
    }
    return result
  }
}
