import IR
import Tensors

package enum GroupNormCoefficientCases {
  package static let all: [OpCase] =
    maps.flatMap { shape, groups in
      [GroupNormCoefficient.Kind.scale, .shift].map { coefficient($0, shape, groups) }
    } + [
      OpCase(
        .groupNormCoefficient(GroupNormCoefficient(.shift, groups: 8, epsilon: 1e-6)),
        [.input([1, 32, 9, 7], .normal(mean: 30, deviation: 0.5)), .weight([32]), .weight([32])],
        "off centre")
    ]

  private static let maps: [(Shape, Int)] = [
    ([1, 32, 8, 8], 32),
    ([2, 64, 5, 7], 32),
    ([1, 96, 11, 3], 32),
    ([3, 20, 4, 5], 4),
    ([1, 17, 6, 1], 1),
    ([1, 30, 1, 1], 3),
    ([1, 48, 37, 41], 16),
    ([2, 40, 43, 3], 8),
    // More than one work-group of a GPU takes at once.
    ([1, 4, 128, 97], 1),
  ]

  private static func coefficient(_ kind: GroupNormCoefficient.Kind, _ x: Shape, _ groups: Int)
    -> OpCase
  {
    OpCase(
      .groupNormCoefficient(GroupNormCoefficient(kind, groups: groups, epsilon: 1e-5)),
      [.input(x), .weight([x[1]]), .weight([x[1]])], "\(kind) of \(groups)")
  }
}
