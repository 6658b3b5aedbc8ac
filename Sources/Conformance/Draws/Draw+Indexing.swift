import IR
import Tensors

extension Draw {
  /// Cells of windows, or picks of them, that are smaller and larger than the map.
  mutating func searchWindow() -> Operation {
    let op = SearchWindow(
      mapHeight: extent(1...14), mapWidth: extent(1...14), height: extent(1...14),
      width: extent(1...14))
    let centres: Shape = [extent(1...3), extent(1...36), 1]
    let centre = OpCase.Operand.input(centres, .indices(below: op.mapHeight * op.mapWidth))
    guard isOne(of: 2) else { return (.searchWindow(op), [centre]) }
    let picks: Shape = [centres[0] * centres[1], extent(1...64), 1]
    return (
      .searchWindow(op), [centre, .input(picks, .indices(below: op.height * op.width))]
    )
  }

  mutating func patchTransfer() -> Operation {
    let op = PatchTransfer(
      side: extent(1...8), rows: number(1...3), columns: number(1...3), scale: number(1...4))
    let (images, height, width) = (extent(1...2), extent(1...8), extent(1...8))
    let x: Shape = [images, extent(1...33), height * op.scale, width * op.scale]
    let cells: Shape = [images * op.rows * op.columns, op.side * op.side, 1]
    return (
      .patchTransfer(op),
      [.input(x), .input(cells, .indices(below: height * width)), .input(cells)]
    )
  }

  mutating func embedding() -> Operation {
    let (rows, columns) = (extent(1...600), extent(1...48))
    return (
      .embedding(Embedding()),
      [.input(shape(rank: 2...2), .indices(below: rows)), .weight([rows, columns])]
    )
  }

  mutating func gather() -> Operation {
    let x = map(channels: extent(1...33), upTo: 20)
    let indices: Shape = [x[0], 1, extent(1...20), extent(1...20)]
    return (.gather(Gather()), [.input(x), .input(indices, .indices(below: x[2] * x[3]))])
  }

  mutating func insertion() -> Operation {
    let (images, channels, tokens) = (extent(1...3), extent(1...48), extent(1...40))
    return (
      .insertion(Insertion()),
      [
        .input([images, channels, tokens, 1]), .input([images, channels, extent(1...tokens), 1]),
        .input([images, 1], .indices(below: tokens)),
      ]
    )
  }

  /// Times below 1024.
  mutating func timestepEmbedding() -> Operation {
    let shift = pick([0, 1] as [Float])
    let op = TimestepEmbedding(
      dimension: 2 * extent(2...160), cosineFirst: isOne(of: 2), frequencyShift: shift)
    let times: Shape = [extent(1...4), extent(1...6)]
    return (.timestepEmbedding(op), [.input(times, .indices(below: 1024))])
  }

  /// Positions below 4096.
  mutating func rotaryEmbedding(isInterleaved: Bool) -> Operation {
    let (images, heads, tokens) = (extent(1...2), number(1...4), extent(1...40))
    let op = RotaryEmbedding(heads: heads, isInterleaved: isInterleaved)
    return (
      .rotaryEmbedding(op),
      [
        .input([images, 2 * heads * extent(1...33), tokens, 1]),
        .input([images, tokens], .indices(below: 4096)),
      ]
    )
  }
}
