import IR
import Tensors

package enum IndexingCases {
  package static let all: [OpCase] = embeddings + gathers + insertions + maxima

  private static let embeddings = [
    OpCase(.embedding(Embedding()), [.input([1, 1], .indices(below: 1)), .weight([1, 1])]),
    OpCase(.embedding(Embedding()), [.input([2, 77], .indices(below: 53)), .weight([53, 40])]),
    OpCase(
      .embedding(Embedding()), [.input([3, 5], .indices(below: 3001)), .weight([3001, 17])]),
    OpCase(
      .embedding(Embedding()),
      [.input([2, 9], .normal(mean: 5, deviation: 9)), .weight([7, 16])],
      "outside"),
  ]

  private static let gathers = [
    OpCase(.gather(Gather()), [.input([1, 1, 1, 1]), .input([1, 1, 1, 1], .indices(below: 1))]),
    OpCase(
      .gather(Gather()), [.input([2, 24, 7, 5]), .input([2, 1, 3, 11], .indices(below: 35))]),
    OpCase(
      .gather(Gather()), [.input([3, 17, 77, 1]), .input([3, 1, 1, 1], .indices(below: 77))]),
    OpCase(
      .gather(Gather()),
      [.input([1, 3, 61, 67]), .input([1, 1, 13, 2], .indices(below: 61 * 67))]),
  ]

  /// A single row, several, and some that reach past the tokens.
  private static let insertions = [(1, 1, 1), (19, 12, 1), (48, 33, 5), (24, 7, 7)].map {
    channels, tokens, count in
    OpCase(
      .insertion(Insertion()),
      [
        .input([2, channels, tokens, 1]), .input([2, channels, count, 1]),
        .input([2, 1], .indices(below: tokens)),
      ])
  }

  private static let maxima = [
    OpCase(.argmax(Argmax(axis: 1)), [.input([7, 3])], "axis 1"),
    OpCase(.argmax(Argmax(axis: 1)), [.input([3, 77])], "axis 1"),
    OpCase(.argmax(Argmax(axis: 1)), [.input([2, 35, 4, 3])], "axis 1"),
    OpCase(.argmax(Argmax(axis: 2)), [.input([2, 5, 17, 1])], "axis 2"),
    OpCase(.argmax(Argmax(axis: 1)), [.input([9, 41], .bits)], "ties"),
  ]
}
