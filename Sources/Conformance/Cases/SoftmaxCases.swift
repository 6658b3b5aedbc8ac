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
    softmax([1, 1], axis: 1, largest: 1),
    softmax([1, 2, 48, 48], axis: 3, largest: 38),
    softmax([3, 16, 5], axis: 1, largest: 8),
    softmax([7, 33], axis: 1, largest: 33),
    softmax([9, 41], axis: 1, .bits, largest: 19),
  ]

  private static func softmax(
    _ x: Shape, axis: Int, _ values: Values? = nil, largest: Int? = nil
  ) -> OpCase {
    OpCase(
      .softmax(Softmax(axis: axis, largest: largest)), [.input(x, values)],
      "axis \(axis)" + (largest.map { " of \($0)" } ?? "") + (values == nil ? "" : " large"))
  }
}
