import IR
import Tensors

extension Convolution: Evaluable {
  /// y[n, o, i, j] = bias[o] + sum over c, ky, kx of weight[o, c, ky, kx]
  ///   x[n, first + c, i stride + ky dilation - top, j stride + kx dilation - left],
  /// where `first` is the first channel of the group that o belongs to, and x is zero outside.
  func evaluate(_ operands: [Source], into result: Destination) {
    let (channels, height) = (result.shape[1], result.shape[2])
    concurrently(result.shape[0] * channels * height) { row in
      evaluateRow(
        image: row / height / channels, channel: row / height % channels, row: row % height,
        operands, into: result)
    }
  }

  /// Sums one row of the result, kernel element by kernel element.
  private func evaluateRow(
    image n: Int, channel o: Int, row i: Int, _ operands: [Source], into result: Destination
  ) {
    let (x, weight) = (operands[0], operands[1])
    let filters = Self.filters(weight.shape)
    let (depth, kernelHeight, kernelWidth) = (filters[1], filters[2], filters[3])
    let (height, width) = (x.shape[2], x.shape[3])
    let firstChannel = o / (weight.shape[0] / groups) * depth
    let resultWidth = result.shape[3]
    withUnsafeTemporaryAllocation(of: Double.self, capacity: resultWidth) { sums in
      sums.initialize(repeating: operands.count > 2 ? operands[2][o] : 0)
      for c in 0..<depth {
        for ky in 0..<kernelHeight {
          let y = i * stride + ky * dilation - padding.top
          guard y >= 0, y < height else { continue }
          let line = ((n * x.shape[1] + firstChannel + c) * height + y) * width
          for kx in 0..<kernelWidth {
            let shift = kx * dilation - padding.left
            let factor = weight[((o * depth + c) * kernelHeight + ky) * kernelWidth + kx]
            let columns = inside(shift: shift, width: width, resultWidth: resultWidth)
            // Without a stride the compiler makes vector instructions of the loop.
            let first = x.elements.baseAddress! + (line + shift)
            if stride == 1 {
              for j in columns { sums[j] += factor * Double(first[j]) }
            } else {
              for j in columns { sums[j] += factor * Double(first[j * stride]) }
            }
          }
        }
      }
      let start = ((n * result.shape[1] + o) * result.shape[2] + i) * resultWidth
      for j in 0..<resultWidth { result.store(sums[j], at: start + j) }
    }
  }

  /// The columns j of the result for which j stride + shift lies in 0 ..< width.
  private func inside(shift: Int, width: Int, resultWidth: Int) -> Range<Int> {
    let lower = shift >= 0 ? 0 : (-shift + stride - 1) / stride
    let upper = shift >= width ? 0 : min(resultWidth, (width - 1 - shift) / stride + 1)
    return lower..<max(lower, upper)
  }
}
