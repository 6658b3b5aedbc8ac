import IR
import Tensors

package enum ElementwiseCases {
  package static let all: [OpCase] = unary + wide + binary

  private static let unary: [OpCase] =
    ([[1, 16, 8, 8], [2, 17, 5, 3], [1], [3, 127]] as [Shape])
    .flatMap { shape in
      let functions: [Unary] = [
        .relu, .leakyRelu(slope: 0.2), .sigmoid, .silu, .gelu, .quickGelu, .mish, .exp,
        .affine(scale: -1.5, offset: 0.25),
      ]
      return functions.map { OpCase(.unary($0), [.input(shape)]) }
        + [OpCase(.unary(.sqrt), [.input(shape, .positive)])]
    }

  /// Arguments far out, where a careless formula overflows or loses the tail.
  /// The exponential stays below the largest half.
  private static let wide: [OpCase] = [
    wide(.sigmoid, -40...40), wide(.silu, -40...40), wide(.gelu, -40...40),
    wide(.quickGelu, -40...40), wide(.mish, -40...40), wide(.exp, -40...10),
  ]

  private static func wide(_ function: Unary, _ range: ClosedRange<Double>) -> OpCase {
    OpCase(.unary(function), [.input([1, 7, 11, 13], .uniform(range))], "wide")
  }

  private static let binary: [OpCase] =
    pairs.flatMap { a, b in
      ([.add, .subtract, .multiply, .divide, .prelu] as [Binary]).map { op in
        OpCase(.binary(op), [.input(a, .activation), .input(b, .positive)])
      }
    } + parameters + swapped

  private static let pairs: [(Shape, Shape)] = [
    ([1, 16, 8, 8], [1, 16, 8, 8]),
    ([2, 17, 5, 7], [2, 17, 5, 7]),
    ([3, 127], [3, 127]),
    ([1, 32, 6, 5], [1, 32, 1, 1]),
    ([2, 17, 5, 7], [1, 17, 1, 1]),
    ([3, 20, 4, 3], [3, 20, 1, 1]),
    ([2, 16, 4, 9], [1, 1, 1, 1]),
    ([2, 17, 3], [1]),
    ([2, 13, 48], [48]),
    ([1, 77, 127], [127]),
    ([2, 5, 6, 7], [7]),
    ([2, 5, 6, 7], [6, 1]),
    ([1, 33, 5, 4], [1, 1, 5, 4]),
    ([2, 3, 12, 12], [1, 3, 1, 1]),
    ([4, 3], [2, 4, 3]),
    ([1, 1, 5, 7], [5, 7]),
    ([1, 33, 5, 4], [5, 4]),
  ]

  /// Scales that are parameters: layer scale (1, C, 1, 1), temperature (1, heads, 1, 1).
  private static let parameters: [OpCase] = [
    OpCase(.binary(.multiply), [.input([1, 32, 7, 5]), .weight([1, 32, 1, 1])]),
    OpCase(.binary(.multiply), [.input([2, 17, 7, 5]), .weight([1, 17, 1, 1])]),
    OpCase(.binary(.multiply), [.input([2, 4, 12, 12]), .weight([1, 4, 1, 1])]),
    OpCase(.binary(.add), [.input([2, 13, 48]), .weight([48])]),
    OpCase(.binary(.prelu), [.input([2, 17, 7, 5]), .weight([1, 17, 1, 1])]),
  ]

  /// The operand that broadcasts comes first, or both broadcast.
  private static let swapped: [OpCase] = [
    OpCase(.binary(.subtract), [.input([1, 17, 1, 1]), .input([2, 17, 5, 7])]),
    OpCase(.binary(.divide), [.input([1]), .input([2, 17, 3], .positive)]),
    OpCase(.binary(.prelu), [.input([1]), .input([2, 17, 3])]),
    OpCase(.binary(.prelu), [.input([1, 17, 1, 1]), .input([2, 17, 5, 7])]),
    OpCase(.binary(.add), [.input([2, 1, 5, 1]), .input([1, 17, 1, 7])]),
    OpCase(.binary(.multiply), [.input([1, 16, 4, 9]), .input([2, 16, 4, 9])]),
  ]
}
