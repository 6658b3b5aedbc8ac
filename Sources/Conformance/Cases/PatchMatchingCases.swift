import IR
import Tensors

package enum PatchMatchingCases {
  package static let all: [OpCase] = windows + transfers

  private static let windows = [
    window(map: (2, 2), (1, 1), [1, 1, 1]),
    window(map: (9, 13), (3, 7), [2, 35, 1]),
    window(map: (9, 13), (3, 7), [2, 6, 1], picks: 64),
    window(map: (3, 4), (13, 5), [1, 7, 1]),
    window(map: (3, 4), (13, 5), [3, 2, 1], picks: 9),
  ]

  private static func window(
    map: (height: Int, width: Int), _ size: (height: Int, width: Int), _ centres: Shape,
    picks: Int? = nil
  ) -> OpCase {
    let op = SearchWindow(
      mapHeight: map.height, mapWidth: map.width, height: size.height, width: size.width)
    let picks = picks.map {
      OpCase.Operand.input(
        [centres[0] * centres[1], $0, 1], .indices(below: size.height * size.width))
    }
    return OpCase(
      .searchWindow(op),
      [.input(centres, .indices(below: map.height * map.width))] + (picks.map { [$0] } ?? []),
      "\(size.height)x\(size.width) of \(map.height)x\(map.width)")
  }

  private static let transfers = [
    transfer([1, 1, 1, 1], PatchTransfer(side: 1, rows: 1, columns: 1, scale: 1)),
    transfer([2, 17, 3, 5], PatchTransfer(side: 8, rows: 1, columns: 2, scale: 1)),
    transfer([1, 40, 12, 20], PatchTransfer(side: 8, rows: 2, columns: 1, scale: 4)),
    transfer([2, 3, 14, 6], PatchTransfer(side: 3, rows: 2, columns: 3, scale: 2)),
  ]

  private static func transfer(_ x: Shape, _ op: PatchTransfer) -> OpCase {
    let cells: Shape = [x[0] * op.rows * op.columns, op.side * op.side, 1]
    let count = x[2] / op.scale * (x[3] / op.scale)
    return OpCase(
      .patchTransfer(op), [.input(x), .input(cells, .indices(below: count)), .input(cells)],
      "side \(op.side) scale \(op.scale)")
  }
}
