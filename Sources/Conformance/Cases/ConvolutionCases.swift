import IR
import Tensors

package enum ConvolutionCases {
  package static let all: [OpCase] =
    pointwise + linear + spatial + strided + grouped + padded + filters

  private static let pointwise: [OpCase] = [
    dense([1, 1, 1, 1], to: 1, kernel: 1),
    dense([1, 3, 5, 7], to: 16, kernel: 1),
    dense([1, 16, 8, 8], to: 32, kernel: 1),
    dense([1, 16, 8, 8], to: 32, kernel: 1, bias: false),
    dense([1, 17, 7, 11], to: 3, kernel: 1),
    dense([2, 32, 9, 5], to: 64, kernel: 1),
    dense([3, 48, 4, 13], to: 127, kernel: 1, bias: false),
    dense([1, 127, 5, 6], to: 48, kernel: 1),
    dense([1, 254, 3, 5], to: 33, kernel: 1),
    dense([1, 64, 1, 1], to: 64, kernel: 1),
    dense([2, 512, 1, 1], to: 17, kernel: 1),
    dense([1, 64, 33, 47], to: 128, kernel: 1),
    dense([1, 8, 1, 257], to: 8, kernel: 1),
    dense([1, 8, 131, 1], to: 5, kernel: 1),
  ]

  /// Weights of linear layers, which have no room for a filter.
  private static let linear: [OpCase] = [
    OpCase(.convolution(Convolution()), [.input([2, 17, 9, 1]), .weight([33, 17])]),
    OpCase(
      .convolution(Convolution()), [.input([1, 64, 77, 1]), .weight([48, 64]), .weight([48])]),
    OpCase(.convolution(Convolution()), [.input([1, 5, 2, 3]), .input([4, 5]), .input([4])]),
  ]

  private static let spatial: [OpCase] = [
    dense([1, 1, 1, 1], to: 1, kernel: 3),
    dense([1, 3, 13, 17], to: 32, kernel: 3),
    dense([2, 3, 16, 16], to: 16, kernel: 3, bias: false),
    dense([1, 16, 16, 16], to: 16, kernel: 3),
    dense([1, 17, 11, 19], to: 17, kernel: 3),
    dense([3, 32, 7, 5], to: 48, kernel: 3),
    dense([1, 32, 24, 29], to: 3, kernel: 3),
    dense([1, 48, 31, 37], to: 48, kernel: 3),
    dense([1, 127, 6, 7], to: 20, kernel: 3),
    dense([1, 16, 2, 3], to: 16, kernel: 3),
    dense([1, 16, 3, 1], to: 16, kernel: 3),
    dense([1, 4, 1, 67], to: 4, kernel: 3),
    dense([1, 512, 5, 3], to: 9, kernel: 3),
    dense([1, 3, 11, 13], to: 8, kernel: 5),
    dense([2, 17, 9, 7], to: 16, kernel: 5, bias: false),
    dense([1, 3, 15, 10], to: 16, kernel: 7),
    dense([1, 16, 3, 2], to: 17, kernel: 7),
    dense([1, 5, 9, 9], to: 6, kernel: 3, op: Convolution(dilation: 2, padding: .all(2))),
    dense([2, 16, 7, 11], to: 17, kernel: 3, op: Convolution(dilation: 2)),
  ]

  private static let strided: [OpCase] = [
    dense([1, 32, 16, 16], to: 64, kernel: 2, op: Convolution(stride: 2)),
    dense([1, 16, 7, 9], to: 17, kernel: 2, op: Convolution(stride: 2)),
    dense([2, 17, 10, 14], to: 34, kernel: 2, op: Convolution(stride: 2)),
    dense([1, 3, 17, 23], to: 16, kernel: 3, op: Convolution(stride: 2, padding: .all(1))),
    dense([3, 16, 8, 6], to: 16, kernel: 3, op: Convolution(stride: 2, padding: .all(1))),
    dense([1, 17, 9, 9], to: 16, kernel: 1, op: Convolution(stride: 2)),
    dense([1, 3, 28, 21], to: 24, kernel: 7, op: Convolution(stride: 7)),
    dense([1, 6, 11, 13], to: 5, kernel: 5, op: Convolution(stride: 2, padding: .all(2))),
    dense(
      [1, 6, 13, 14], to: 16, kernel: 3, op: Convolution(stride: 2, dilation: 2, padding: .all(2))),
  ]

  private static let grouped: [OpCase] = [
    depthwise([1, 16, 8, 8], kernel: 3),
    depthwise([1, 17, 7, 13], kernel: 3),
    depthwise([2, 32, 9, 6], kernel: 3, bias: false),
    depthwise([1, 64, 33, 31], kernel: 3),
    depthwise([3, 127, 5, 4], kernel: 3),
    depthwise([1, 254, 3, 7], kernel: 3, bias: false),
    depthwise([1, 48, 1, 1], kernel: 3),
    depthwise([1, 20, 1, 35], kernel: 3),
    depthwise([1, 32, 11, 10], kernel: 5),
    depthwise([1, 33, 9, 8], kernel: 7),
    depthwise([1, 16, 9, 12], kernel: 3, stride: 2),
    depthwise([1, 19, 5, 5], kernel: 1),
    group([1, 16, 8, 8], to: 32, kernel: 3, groups: 2),
    group([2, 48, 5, 7], to: 48, kernel: 3, groups: 3, bias: false),
    group([1, 12, 9, 4], to: 20, kernel: 1, groups: 4),
    group([1, 6, 6, 6], to: 24, kernel: 3, groups: 6),
    group([1, 34, 7, 6], to: 17, kernel: 3, groups: 17),
  ]

  private static let padded: [OpCase] = [
    dense([1, 16, 9, 7], to: 16, kernel: 3, op: Convolution()),
    dense([1, 3, 3, 3], to: 17, kernel: 3, op: Convolution()),
    dense(
      [1, 16, 8, 11], to: 17, kernel: 3, op: Convolution(padding: Edges(bottom: 1, right: 1))),
    dense(
      [1, 17, 8, 8], to: 16, kernel: 3,
      op: Convolution(stride: 2, padding: Edges(bottom: 1, right: 1))),
    dense(
      [2, 5, 7, 6], to: 7, kernel: 3,
      op: Convolution(padding: Edges(top: 2, left: 0, bottom: 1, right: 3))),
    dense([1, 4, 5, 5], to: 4, kernel: 1, op: Convolution(padding: .all(1))),
    dense([1, 4, 2, 2], to: 5, kernel: 3, op: Convolution(padding: .all(3))),
    dense([1, 17, 3, 4], to: 17, kernel: 3, op: Convolution(groups: 17, padding: .all(3))),
    dense(
      [2, 20, 4, 18], to: 20, kernel: 3,
      op: Convolution(groups: 20, padding: Edges(top: 4, left: 5, bottom: 3, right: 4))),
  ]

  /// Filters that are computed in the graph and cannot be packed ahead of time.
  private static let filters: [OpCase] = [
    OpCase(
      .convolution(Convolution(padding: .all(1))),
      [.input([1, 5, 6, 7]), .input([9, 5, 3, 3]), .input([9])])
  ]

  private static func dense(
    _ x: Shape, to out: Int, kernel: Int, op: Convolution? = nil, bias: Bool = true
  ) -> OpCase {
    let op = op ?? Convolution(padding: .all(kernel / 2))
    let weight: Shape = [out, x[1] / op.groups, kernel, kernel]
    let operands = [OpCase.Operand.input(x), .weight(weight)] + (bias ? [.weight([out])] : [])
    return OpCase(.convolution(op), operands, op.label)
  }

  private static func group(
    _ x: Shape, to out: Int, kernel: Int, groups: Int, bias: Bool = true
  ) -> OpCase {
    let op = Convolution(groups: groups, padding: .all(kernel / 2))
    return dense(x, to: out, kernel: kernel, op: op, bias: bias)
  }

  private static func depthwise(
    _ x: Shape, kernel: Int, stride: Int = 1, bias: Bool = true
  ) -> OpCase {
    let op = Convolution(stride: stride, groups: x[1], padding: .all(kernel / 2))
    return dense(x, to: x[1], kernel: kernel, op: op, bias: bias)
  }
}

extension Convolution {
  fileprivate var label: String {
    "s\(stride) d\(dilation) g\(groups) "
      + "p\(padding.top),\(padding.left),\(padding.bottom),\(padding.right)"
  }
}
