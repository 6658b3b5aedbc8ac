import IR
import Tensors

package enum SoftmaxCases {
  package static let all: [OpCase] = [
    softmax([1, 1], axis: 1),
    softmax([16, 16], axis: 1),
    softmax([7, 127], axis: 1),
    softmax([2, 3, 12, 12], axis: 3),
    softmax([1, 2, 48, 77], axis: 3),
    softmax([1, 8, 35, 1021], axis: 3),
    softmax([2, 5, 17], axis: 0),
    softmax([3, 16, 5], axis: 1),
    softmax([2, 17, 4, 7], axis: 1),
    softmax([1, 33, 6, 5], axis: 2),
    softmax([1, 1, 9, 1], axis: 3),
    softmax([5, 64], axis: 1, .normal(mean: 80, deviation: 20)),
    softmax([5, 63], axis: 1, .normal(mean: -200, deviation: 30)),
  ]

  private static func softmax(_ x: Shape, axis: Int, _ values: Values? = nil) -> OpCase {
    OpCase(
      .softmax(Softmax(axis: axis)), [.input(x, values)],
      "axis \(axis)" + (values == nil ? "" : " large"))
  }
}
