import IR
import Tensors

package enum TimestepEmbeddingCases {
  package static let all: [OpCase] = [
    embedding([1, 1], 2, cosineFirst: false, shift: 0),
    embedding([3, 1], 320, cosineFirst: true, shift: 0),
    embedding([2, 1], 48, cosineFirst: false, shift: 1),
    embedding([2, 6], 256, cosineFirst: true, shift: 0),
    embedding([4, 3], 10, cosineFirst: true, shift: 1),
  ]

  private static func embedding(
    _ times: Shape, _ dimension: Int, cosineFirst: Bool, shift: Float
  ) -> OpCase {
    OpCase(
      .timestepEmbedding(
        TimestepEmbedding(dimension: dimension, cosineFirst: cosineFirst, frequencyShift: shift)),
      [.input(times, .indices(below: 1024))], cosineFirst ? "cosine first" : "sine first")
  }
}
