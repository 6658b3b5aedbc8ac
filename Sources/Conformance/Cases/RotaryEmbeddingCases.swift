import IR
import Tensors

package enum RotaryEmbeddingCases {
  /// Heads within a vector, of vectors and across them.
  package static let all: [OpCase] = [(1, 2, 1), (3, 6, 5), (2, 16, 7), (3, 20, 4), (2, 128, 9)]
    .flatMap { heads, depth, tokens in
      [false, true].map { isInterleaved in
        OpCase(
          .rotaryEmbedding(RotaryEmbedding(heads: heads, isInterleaved: isInterleaved)),
          [.input([2, heads * depth, tokens, 1]), .input([2, tokens], .indices(below: 4096))],
          isInterleaved ? "interleaved" : "")
      }
    }
}
