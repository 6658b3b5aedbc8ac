import Tensors

/// The largest element of windows of `side` x `side` pixels, `stride` pixels apart, that lie inside
/// an NCHW map: result (N, C, (H - side) / stride + 1, (W - side) / stride + 1). PyTorch's
/// `max_pool2d` without padding.
package struct MaxPool: OpRule, Hashable {
  package var side: Int
  package var stride: Int

  package init(side: Int, stride: Int) {
    self.side = side
    self.stride = stride
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard x.rank == 4, stride > 0, 1...max(min(x[2], x[3]), 1) ~= side else {
      throw Misfit("no windows of \(side)x\(side), \(stride) apart")
    }
    return [x[0], x[1], (x[2] - side) / stride + 1, (x[3] - side) / stride + 1]
  }

  package func flops(operands: [Shape], output: Shape) -> Int { output.count * side * side }

  package func reductionLength(operands: [Shape]) -> Int { 1 }
}
