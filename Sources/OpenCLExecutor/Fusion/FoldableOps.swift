import IR
import Tensors

extension Op {
  /// The whole factor by which the op repeats every pixel of `map`; nil when it does not.
  func enlargement(of map: Shape) -> Int? {
    guard case .resize(let op) = self, op.height > map[2], op.height.isMultiple(of: map[2]),
      op.height / map[2] * map[3] == op.width
    else { return nil }
    switch op.mode {
    case .nearest: return op.height / map[2]
    case .bilinear: return nil
    }
  }
}

extension Convolution {
  /// Whether every output channel reads exactly the input channel of its own number, through a
  /// filter that the depthwise kernel can hold.
  func isDepthwise(weight: Shape) -> Bool {
    groups > 1 && weight[1] == 1 && weight[0] == groups && weight.rank == 4
      && weight[3] <= CPUTuning.widestDepthwise
  }
}
