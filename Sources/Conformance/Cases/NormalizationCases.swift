import IR
import Tensors

package enum NormalizationCases {
  package static let all: [OpCase] =
    lines.flatMap { shape, axis in
      [
        normalization(.layer, shape, axis, parameters: 2),
        normalization(.layer, shape, axis, parameters: 1),
        normalization(.biasFree, shape, axis, parameters: 1),
        normalization(.rootMeanSquare, shape, axis, parameters: 1),
        normalization(.l2, shape, axis, parameters: 0),
      ]
    } + offCentre

  /// Channels of every pixel, features of every token, and other axes.
  private static let lines: [(Shape, Int)] = [
    ([1, 16, 8, 8], 1),
    ([1, 17, 5, 7], 1),
    ([2, 48, 3, 11], 1),
    ([3, 127, 4, 3], 1),
    ([1, 3, 1, 1], 1),
    ([1, 64, 1, 37], 1),
    ([2, 13, 48], 2),
    ([1, 77, 127], 2),
    ([3, 1, 16], 2),
    ([1, 2, 12, 63], 3),
    ([2, 5, 6, 7], 2),
    ([37], 0),
  ]

  /// A mean far above the deviation: the variance must not be a difference of large numbers.
  private static let offCentre: [OpCase] = [
    OpCase(
      .normalization(Normalization(.layer, axis: 1, epsilon: 1e-6)),
      [
        .input([1, 48, 5, 7], .normal(mean: 30, deviation: 0.5)), .weight([48]), .weight([48]),
      ], "off centre")
  ]

  private static func normalization(
    _ kind: Normalization.Kind, _ x: Shape, _ axis: Int, parameters: Int
  ) -> OpCase {
    let epsilon: Float =
      switch kind {
      case .layer, .biasFree, .rootMeanSquare: 1e-5
      case .l2: 1e-12
      }
    let op = Normalization(kind, axis: axis, epsilon: epsilon)
    let operands = [OpCase.Operand](repeating: .weight([x[axis]]), count: parameters)
    return OpCase(.normalization(op), [.input(x)] + operands, "\(kind) axis \(axis)")
  }
}
