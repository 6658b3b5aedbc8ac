import Tensors

/// The mean of every window of `height` x `width` pixels that lies inside an NCHW map:
/// result (N, C, H - height + 1, W - width + 1), element (i, j) being the mean of the pixels
/// (i ..< i + height, j ..< j + width). PyTorch's `avg_pool2d` with stride 1.
package struct LocalMean: OpRule, Hashable {
  package var height: Int
  package var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard x.rank == 4, 1...max(x[2], 1) ~= height, 1...max(x[3], 1) ~= width else {
      throw Misfit("no windows of \(height)x\(width)")
    }
    return [x[0], x[1], x[2] - height + 1, x[3] - width + 1]
  }

  /// As sums from both ends of blocks count them: see the kernel.
  package func flops(operands: [Shape], output: Shape) -> Int {
    3 * (operands[0].count + output.count)
  }

  package func reductionLength(operands: [Shape]) -> Int { height * width }
}
