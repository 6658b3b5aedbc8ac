import IR
import Tensors

extension WindowSimilarity: Evaluable {
  func evaluate(_ operands: [Source], into result: Destination) {
    let qkv = operands[0]
    let channels = result.shape[4]
    let grid = WindowGrid(height: qkv.shape[2], width: qkv.shape[3], side: window)
    concurrently(result.shape.count / (channels * channels)) { matrix in
      let (head, group) = (matrix % heads, matrix / heads)
      let (image, pixels) = (
        group / grid.windowCount, grid.pixels(of: group % grid.windowCount)
      )
      func vectors(_ third: Int) -> [[Double]] {
        (0..<channels).map { channel in
          let plane = (image * 3 + third) * channels * heads + head * channels + channel
          return pixels.map { qkv[plane * qkv.shape[2] * qkv.shape[3] + $0] }
        }
      }
      let (q, k) = (vectors(0), vectors(1))
      let keyLengths = k.map(length)
      for i in 0..<channels {
        let queryLength = length(q[i])
        for j in 0..<channels {
          let cosine = dot(q[i], k[j]) / (queryLength * keyLengths[j])
          result.store(cosine, at: (matrix * channels + i) * channels + j)
        }
      }
    }
  }
}

extension WindowMixture: Evaluable {
  func evaluate(_ operands: [Source], into result: Destination) {
    let (qkv, weights) = (operands[0], operands[1])
    let (heads, channels) = (weights.shape[2], weights.shape[4])
    let (pixels, width) = (qkv.shape[2] * qkv.shape[3], qkv.shape[3])
    let grid = WindowGrid(height: qkv.shape[2], width: width, side: window)
    concurrently(result.shape[0] * result.shape[1]) { plane in
      let (image, head) = (plane / (heads * channels), plane / channels % heads)
      let values = ((image * 3 + 2) * heads + head) * channels * pixels
      for (cell, place) in grid.cells.enumerated() {
        let windows = grid.windows(over: cell)
        let mixture = (0..<channels).map { channel in
          let sum = windows.reduce(0.0) { sum, window in
            let matrix = (image * grid.windowCount + window) * heads + head
            return sum + weights[(matrix * channels + plane % channels) * channels + channel]
          }
          return sum / Double(windows.count)
        }
        for pixel in place.lines.flatMap({ line in place.columns.map { line * width + $0 } }) {
          var sum = 0.0
          for j in 0..<channels { sum += mixture[j] * qkv[values + j * pixels + pixel] }
          result.store(sum, at: plane * pixels + pixel)
        }
      }
    }
  }
}

extension WindowGrid {
  /// The pixels of a window, numbered in row-major order.
  fileprivate func pixels(of window: Int) -> [Int] {
    let width = columns.cells[columns.cells.count - 1].upperBound
    let top = rows.starts[window / columns.starts.count]
    let left = columns.starts[window % columns.starts.count]
    return (top..<top + rows.window).flatMap { line in
      (left..<left + columns.window).map { line * width + $0 }
    }
  }

  /// The windows that a cell lies in.
  fileprivate func windows(over cell: Int) -> [Int] {
    rows.windows(over: cell / columns.cells.count).flatMap { row in
      columns.windows(over: cell % columns.cells.count).map { row * columns.starts.count + $0 }
    }
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}

private func length(_ vector: [Double]) -> Double { max(dot(vector, vector).squareRoot(), 1e-12) }
