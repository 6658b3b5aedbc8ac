import IR
import Tensors

/// Attention within windows: those of the networks, of 1 to 576 keys, heads of 3 to 64
/// channels, squares and strips, one window and many, every arrangement.
package enum WindowAttentionCases {
  package static let all: [OpCase] = maps.map(attention)

  private struct Map {
    let queries: Shape
    let heads: Int
    let windows: Windows
    /// Channels of the result, where they are not those of the queries.
    var valueChannels: Int?
    var values: Values?
  }

  private static let maps = [
    Map(queries: [2, 60, 16, 24], heads: 2, windows: shifted(8, 8, down: 4, right: 4)),
    Map(queries: [1, 180, 8, 16], heads: 6, windows: Windows(height: 8, width: 8)),
    Map(queries: [1, 16, 8, 8], heads: 1, windows: shifted(8, 8, down: 4, right: 4)),
    Map(queries: [1, 6, 14, 21], heads: 2, windows: shifted(7, 7, down: 3, right: 3)),
    Map(queries: [3, 20, 4, 4], heads: 2, windows: Windows(height: 4, width: 4)),
    Map(queries: [1, 30, 16, 32], heads: 3, windows: shifted(8, 32, down: 4, right: 16)),
    Map(queries: [1, 10, 32, 16], heads: 1, windows: Windows(height: 32, width: 8)),
    Map(queries: [1, 64, 4, 10], heads: 1, windows: Windows(height: 4, width: 5)),
    Map(queries: [1, 32, 1, 3], heads: 1, windows: Windows(height: 1, width: 1)),
    Map(
      queries: [1, 20, 16, 16], heads: 1,
      windows: Windows(height: 8, width: 8, .overlapping(by: 2), offset: .keyMinusQuery)),
    Map(
      queries: [1, 30, 32, 16], heads: 1,
      windows: Windows(height: 16, width: 16, .overlapping(by: 4))),
    Map(queries: [2, 24, 16, 24], heads: 2, windows: Windows(height: 8, width: 8, .grid)),
    Map(queries: [1, 12, 6, 10], heads: 3, windows: Windows(height: 3, width: 5, .grid)),
    Map(
      queries: [1, 64, 24, 12], heads: 2,
      windows: Windows(height: 12, width: 12, .shifted(down: 6, right: 6), fold: 2),
      valueChannels: 32),
    Map(
      queries: [1, 60, 24, 24], heads: 6,
      windows: Windows(height: 12, width: 12, .shifted(down: 6, right: 6), fold: 2)),
    Map(
      queries: [1, 24, 28, 14], heads: 2,
      windows: Windows(height: 14, width: 14, .shifted(down: 7, right: 7), fold: 2)),
    Map(
      queries: [1, 17, 8, 8], heads: 1, windows: Windows(height: 8, width: 8), valueChannels: 40),
    Map(
      queries: [1, 32, 8, 8], heads: 2, windows: shifted(4, 4, down: 2, right: 2),
      values: .normal(mean: 0, deviation: 6)),
  ]

  private static func shifted(_ height: Int, _ width: Int, down: Int, right: Int) -> Windows {
    Windows(height: height, width: width, .shifted(down: down, right: right))
  }

  private static func attention(_ map: Map) -> OpCase {
    let folded = map.windows.fold * map.windows.fold
    let (q, outputs) = (map.queries, map.valueChannels ?? map.queries[1])
    let op = WindowAttention(
      heads: map.heads, scale: 1 / Float(q[1] / map.heads).squareRoot(), windows: map.windows)
    let label = "\(map.windows.height)x\(map.windows.width) \(map.windows.arrangement)"
    return OpCase(
      .windowAttention(op),
      [
        .input(q, map.values), .input(q.replacing(1, with: q[1] / folded), map.values),
        .input(q.replacing(1, with: outputs / folded)),
        .weight(Shape([map.heads] + map.windows.tableExtents)),
      ], label + (map.values == nil ? "" : " large"))
  }
}
