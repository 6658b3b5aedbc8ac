import IR
import Tensors

/// Attention between channels within windows. Maps that one window holds, that windows divide, and
/// that they cover with overlaps of all widths, in one direction and in both; heads of odd widths.
package enum WindowCases {
  package static let all: [OpCase] = maps.flatMap { map, heads, window in
    let channels = map[1] / 3 / heads
    let grid = WindowGrid(height: map[2], width: map[3], side: window)
    let weights: Shape = [map[0], grid.windowCount, heads, channels, channels]
    return [
      OpCase(
        .windowSimilarity(WindowSimilarity(heads: heads, window: window)), [.input(map)],
        "\(window)"),
      OpCase(
        .windowMixture(WindowMixture(window: window)), [.input(map), .input(weights)], "\(window)"),
    ]
  }

  package static let maps: [(Shape, heads: Int, window: Int)] = [
    ([1, 48, 8, 8], 1, 8), ([1, 48, 8, 12], 2, 4), ([2, 51, 9, 7], 1, 6), ([1, 3, 5, 1], 1, 2),
    ([3, 36, 7, 13], 3, 3), ([1, 96, 29, 41], 1, 24), ([1, 288, 3, 11], 2, 5),
    ([2, 33, 4, 6], 11, 1), ([1, 144, 47, 50], 1, 37),
  ]
}
