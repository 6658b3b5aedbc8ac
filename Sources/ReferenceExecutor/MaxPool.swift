import IR
import Tensors

extension MaxPool: Evaluable {
  /// y[n, c, i, j] = max of x[n, c, i stride + a, j stride + b] for a, b in 0 ..< side.
  func evaluate(_ operands: [Source], into result: Destination) {
    let x = operands[0]
    let (oldHeight, oldWidth) = (x.shape[2], x.shape[3])
    let (newHeight, newWidth) = (result.shape[2], result.shape[3])
    concurrently(x.shape[0] * x.shape[1] * newHeight) { row in
      let top = row / newHeight * oldHeight + row % newHeight * stride
      for j in 0..<newWidth {
        var largest = -Double.infinity
        for line in top..<top + side {
          for column in j * stride..<j * stride + side {
            largest = max(largest, x[line * oldWidth + column])
          }
        }
        result.store(largest, at: row * newWidth + j)
      }
    }
  }
}
