import IR
import Tensors

package enum AttentionCases {
  package static let all: [OpCase] =
    maps.map { attention($0) } + [
      attention(Map([1, 24, 7, 1], keys: [1, 24, 7, 1], heads: 3), isCausal: true),
      attention(Map([2, 16, 19, 1], keys: [2, 16, 19, 1], heads: 2), isCausal: true),
      attention(Map([2, 20, 9, 1], keys: [2, 20, 37, 1], heads: 2), isMasked: true),
      attention(
        Map([2, 64, 33, 1], keys: [2, 64, 33, 1], heads: 4), isCausal: true, isMasked: true),
      attention(
        Map([2, 40, 70, 1], keys: [2, 40, 140, 1], heads: 1), isCausal: true, isMasked: true),
      attention(
        Map([1, 40, 5, 7], keys: [1, 40, 5, 7], heads: 1), .normal(mean: 0, deviation: 8)),
    ] + later

  private struct Map {
    let queries: Shape
    let keys: Shape
    /// Channels of the values, where they are not those of the keys.
    let valueChannels: Int
    let heads: Int
    init(_ queries: Shape, keys: Shape, values: Int? = nil, heads: Int) {
      self.queries = queries
      self.keys = keys
      valueChannels = values ?? keys[1]
      self.heads = heads
    }
  }

  /// Every head size of the networks, self and cross attention, odd numbers of tokens; queries of
  /// one tile, of several and of several work-items or groups; keys of one block and of several;
  /// channels of one slice or part and of several.
  private static let maps = [
    Map([1, 1, 1, 1], keys: [1, 1, 1, 1], heads: 1),
    Map([1, 80, 4, 4], keys: [1, 80, 4, 4], heads: 2),
    Map([2, 120, 3, 5], keys: [2, 120, 13, 1], heads: 3),
    Map([1, 64, 5, 5], keys: [1, 64, 77, 1], heads: 1),
    Map([1, 88, 1, 17], keys: [1, 88, 1, 17], heads: 1),
    Map([1, 160, 6, 1], keys: [1, 160, 31, 1], heads: 1),
    Map([1, 512, 3, 3], keys: [1, 512, 3, 3], heads: 1),
    Map([3, 21, 2, 2], keys: [3, 21, 16, 1], heads: 3),
    Map([1, 384, 11, 1], keys: [1, 384, 7, 1], heads: 1),
    Map([1, 192, 4, 9], keys: [1, 192, 64, 1], heads: 2),
    Map([2, 80, 13, 10], keys: [2, 80, 131, 1], heads: 2),
    Map([1, 512, 67, 1], keys: [1, 512, 65, 1], heads: 1),
    Map([1, 128, 33, 1], keys: [1, 128, 40, 1], values: 40, heads: 1),
    Map([1, 36, 5, 1], keys: [1, 36, 9, 1], values: 27, heads: 3),
    Map([2, 128, 129, 1], keys: [2, 128, 65, 1], heads: 2),
    Map([1, 160, 65, 1], keys: [1, 160, 33, 1], heads: 1),
    Map([1, 24, 40, 1], keys: [1, 24, 70, 1], values: 200, heads: 1),
  ]

  /// Queries that begin among the keys: a single one, few and many; the last ones may lie past the
  /// keys.
  private static let later =
    [(1, 1), (1, 37), (3, 40), (5, 70), (70, 140)].map { queries, keys in
      attention(
        Map([2, 32, queries, 1], keys: [2, 32, keys, 1], heads: 2), isCausal: true,
        startsLater: true)
    } + [
      attention(
        Map([3, 128, 2, 1], keys: [3, 128, 67, 1], values: 256, heads: 2),
        .normal(mean: 0, deviation: 4), isCausal: true, startsLater: true),
      attention(
        Map([1, 24, 2, 1], keys: [1, 24, 35, 1], heads: 2), isCausal: true, isMasked: true,
        startsLater: true),
      attention(
        Map([2, 48, 1, 1], keys: [2, 48, 35, 1], heads: 3), isCausal: true, isMasked: true,
        startsLater: true),
    ]

  private static func attention(
    _ map: Map, _ values: Values? = nil, isCausal: Bool = false, isMasked: Bool = false,
    startsLater: Bool = false
  ) -> OpCase {
    let scale = 1 / Float(map.queries[1] / map.heads).squareRoot()
    let op = Attention(
      heads: map.heads, scale: scale, isCausal: isCausal, startsLater: startsLater)
    let keys = map.keys[2] * map.keys[3]
    let mask = isMasked ? [OpCase.Operand.input([map.keys[0], keys], .bits)] : []
    let begins =
      startsLater ? [OpCase.Operand.input([map.keys[0], 1], .indices(below: keys))] : []
    let label =
      "heads \(map.heads)" + (isCausal ? " causal" : "") + (values == nil ? "" : " large")
    return OpCase(
      .attention(op),
      [
        .input(map.queries, values), .input(map.keys, values),
        .input([map.keys[0], map.valueChannels, map.keys[2], map.keys[3]]),
      ] + mask + begins, label)
  }
}
