import IR
import Tensors

extension LocalMean: Evaluable {
  /// Differences of running sums along the rows, then along the columns, over the window's area.
  func evaluate(_ operands: [Source], into result: Destination) {
    let x = operands[0]
    let (oldHeight, oldWidth) = (x.shape[2], x.shape[3])
    let (newHeight, newWidth) = (result.shape[2], result.shape[3])
    concurrently(x.shape[0] * x.shape[1]) { plane in
      var rows: [Double] = []
      rows.reserveCapacity(oldHeight * newWidth)
      for i in 0..<oldHeight {
        let start = (plane * oldHeight + i) * oldWidth
        rows += windowSums((0..<oldWidth).map { x[start + $0] }, width)
      }
      for j in 0..<newWidth {
        let sums = windowSums((0..<oldHeight).map { rows[$0 * newWidth + j] }, height)
        for (i, sum) in sums.enumerated() {
          result.store(
            sum / Double(height * width), at: (plane * newHeight + i) * newWidth + j)
        }
      }
    }
  }
}

/// The sums of `length` neighbours.
private func windowSums(_ line: [Double], _ length: Int) -> [Double] {
  var running = [0.0]
  for element in line { running.append(running[running.count - 1] + element) }
  return zip(running.dropFirst(length), running).map { $0 - $1 }
}
