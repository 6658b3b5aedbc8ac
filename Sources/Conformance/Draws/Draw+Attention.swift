import IR
import Tensors

extension Draw {
  /// Up to four heads, with masks, and with values of other channels than the keys'.
  mutating func attention(isCausal: Bool, startsLater: Bool = false) -> Operation {
    let depth = common { $0.extent(1...48) }
    let valueDepth = common { $0.isOne(of: 3) ? $0.extent(1...48) : depth }
    let (images, heads) = (extent(1...2), number(1...4))
    let op = Attention(
      heads: heads, scale: 1 / Float(depth).squareRoot(), isCausal: isCausal,
      startsLater: startsLater)
    let queries: Shape = [images, heads * depth, extent(1...40), isCausal ? 1 : extent(1...4)]
    let keys: Shape = [images, heads * depth, extent(1...80), 1]
    let values = keys.replacing(1, with: heads * valueDepth)
    let mask = isOne(of: 4) ? [OpCase.Operand.input([images, keys[2]], .bits)] : []
    let starts =
      startsLater ? [OpCase.Operand.input([images, 1], .indices(below: keys[2]))] : []
    return (.attention(op), [.input(queries), .input(keys), .input(values)] + mask + starts)
  }

  /// - Parameter arrangement: whose amounts are drawn.
  mutating func windowAttention(_ arrangement: Windows.Arrangement) -> Operation {
    let windows = common { $0.windows(arrangement) }
    let folded = windows.fold * windows.fold
    let depth = common { folded * $0.extent(1...16) }
    let valueDepth = common { $0.extent(1...24) }
    let heads = number(1...4)
    let queries: Shape = [
      extent(1...2), heads * depth, windows.height * number(1...3), windows.width * number(1...3),
    ]
    let values = queries.replacing(1, with: heads * valueDepth)
    let op = WindowAttention(
      heads: heads, scale: 1 / Float(depth).squareRoot(), windows: windows)
    return (
      .windowAttention(op),
      [
        .input(queries), .input(queries.replacing(1, with: queries[1] / folded)), .input(values),
        .weight(Shape([heads] + windows.tableExtents)),
      ]
    )
  }

  private mutating func windows(_ arrangement: Windows.Arrangement) -> Windows {
    let (height, width) = (extent(1...9), extent(1...9))
    let offset = pick([Windows.Offset.queryMinusKey, .keyMinusQuery])
    switch arrangement {
    case .blocks:
      let fold = pick([1, 1, 2])
      return Windows(height: height * fold, width: width * fold, fold: fold, offset: offset)
    case .shifted:
      let fold = pick([1, 1, 2])
      let shift = Windows.Arrangement.shifted(
        down: number(0...fold * (height - 1)), right: number(0...fold * (width - 1)))
      return Windows(
        height: height * fold, width: width * fold, shift, fold: fold, offset: offset)
    case .overlapping:
      return Windows(
        height: height, width: width, .overlapping(by: number(0...4)), offset: offset)
    case .grid: return Windows(height: height, width: width, .grid, offset: offset)
    }
  }

  mutating func windowSimilarity() -> Operation {
    let (map, heads, window) = projectedMap()
    return (.windowSimilarity(WindowSimilarity(heads: heads, window: window)), [.input(map)])
  }

  mutating func windowMixture() -> Operation {
    let (map, heads, window) = projectedMap()
    let depth = map[1] / 3 / heads
    let grid = WindowGrid(height: map[2], width: map[3], side: window)
    return (
      .windowMixture(WindowMixture(window: window)),
      [.input(map), .input([map[0], grid.windowCount, heads, depth, depth])]
    )
  }

  /// Queries, keys and values above each other, and the windows that attend within themselves.
  private mutating func projectedMap() -> (map: Shape, heads: Int, window: Int) {
    let heads = number(1...4)
    return (map(channels: 3 * heads * extent(1...24)), heads, extent(1...24))
  }
}
