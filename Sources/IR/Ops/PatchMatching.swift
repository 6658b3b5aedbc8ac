import Tensors

/// Cells of the windows that blocks search for what resembles them, in a map of `mapHeight` x
/// `mapWidth` cells that are numbered in row-major order.
///
/// A block's window has `height` x `width` cells and one more on every side. It lies around its
/// centre, moved into the map where it would reach over the borders; a window that is larger than
/// the map ends with it and starts again at its other end.
///
/// Operands: centres (N, B, 1), the number of a cell for each block; optionally picks (N B, Q, 1),
/// row-major numbers of cells of the windows without the cells around.
/// Result: the numbers of the picks' cells in the map, (N B, Q, 1); without picks those of all
/// cells of the windows, (N, 1, B, (height + 2) (width + 2)), as ``Gather`` takes them.
package struct SearchWindow: OpRule, Hashable {
  package var mapHeight: Int
  package var mapWidth: Int
  package var height: Int
  package var width: Int

  package init(mapHeight: Int, mapWidth: Int, height: Int, width: Int) {
    self.mapHeight = mapHeight
    self.mapWidth = mapWidth
    self.height = height
    self.width = width
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let operands = try operands.checked(1...2)
    let centres = operands[0]
    guard min(mapHeight, mapWidth, height, width) > 0 else { throw Misfit("no cells") }
    guard centres.rank == 3, centres[2] == 1 else { throw Misfit("takes one centre per block") }
    guard operands.count == 2 else {
      let cells: Shape = [height + 2, width + 2]
      guard let count = cells.checkedCount else { throw Misfit("windows are too large") }
      return [centres[0], 1, centres[1], count]
    }
    let picks = operands[1]
    guard picks.rank == 3, picks[0] == centres[0] * centres[1], picks[2] == 1 else {
      throw Misfit("there are no picks for each block")
    }
    return picks
  }

  package func flops(operands: [Shape], output: Shape) -> Int { 0 }

  package func reductionLength(operands: [Shape]) -> Int { 1 }

  /// First row, or column, of a window with the cells around it; negative where it wraps.
  /// - Parameters:
  ///   - centre: row or column of the centre.
  ///   - side: of the window, without the cells around.
  ///   - extent: of the map.
  package static func start(around centre: Int, side: Int, extent: Int) -> Int {
    let start = max(centre - side / 2 - 1, 0)
    return start + side + 1 > extent - 1 ? extent - side - 2 : start
  }
}

/// A map made of blocks whose cells show what matches them in another map.
///
/// Every cell is `scale` x `scale` pixels. A cell takes the 3 x 3 cells around its match with it,
/// as far as they fall into its own block; where several overlap, their mean is taken. The result
/// is multiplied by the matches' confidence, interpolated within the block.
///
/// Operands: x (N, C, H, W), a whole number of cells; matches (N `rows` `columns`, `side` `side`,
/// 1), the row-major number in x of the cell that matches each cell of each block; confidence,
/// likewise. Result: (N, C, `rows` `side` `scale`, `columns` `side` `scale`).
///
/// The transfer of MASA-SR (Lu et al., CVPR 2021) that unfolds patches and folds them back, written
/// out for one pixel.
package struct PatchTransfer: OpRule, Hashable {
  package var side: Int
  package var rows: Int
  package var columns: Int
  package var scale: Int

  package init(side: Int, rows: Int, columns: Int, scale: Int) {
    self.side = side
    self.rows = rows
    self.columns = columns
    self.scale = scale
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let operands = try operands.checked(3...3)
    let x = operands[0]
    guard min(side, rows, columns, scale) > 0 else { throw Misfit("no blocks") }
    guard x.rank == 4, x[2] % scale == 0, x[3] % scale == 0 else {
      throw Misfit("takes an NCHW map of whole cells")
    }
    for cells in operands.dropFirst() where cells != [x[0] * rows * columns, side * side, 1] {
      throw Misfit("there is not one number for each cell of each block")
    }
    return [x[0], x[1], rows * side * scale, columns * side * scale]
  }

  package func flops(operands: [Shape], output: Shape) -> Int { 10 * output.count }

  package func reductionLength(operands: [Shape]) -> Int { 9 }
}
