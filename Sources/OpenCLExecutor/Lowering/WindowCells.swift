import IR
import Tensors

/// The cells of the windows that cover feature maps, as kernels are told of them: one pass for each
/// cell, or for each window.
struct WindowCells {
  let grid: WindowGrid
  /// Pixels of a line of an image.
  let width: Int

  /// - Parameter map: (N, C, H, W).
  init(of map: Shape, side: Int) {
    grid = WindowGrid(height: map[2], width: map[3], side: side)
    width = map[3]
  }

  var count: Int { grid.rows.cells.count * grid.columns.cells.count }

  /// Pixels of each cell.
  var pixels: [Int] { grid.cells.map { $0.lines.count * $0.columns.count } }

  /// Pieces of each cell that are summed apart: decides the order of the sum, and so depends on
  /// the image alone.
  var chunks: Int { min(16, ceilDivide(pixels.max()!, by: 512)) }

  /// What a kernel is told of the place of each cell.
  var areas: [(name: String, value: Argument)] {
    [starts, ("area_width", .eachPass(grid.cells.map(\.columns.count))), ("width", .int(width))]
  }

  /// What a kernel that sums over the pixels of each cell is told.
  var sums: [(name: String, value: Argument)] {
    [
      ("chunk_rows", .eachPass(pixels.map { ceilDivide($0, by: chunks) })),
      ("chunks", .int(count * chunks)), ("chunk_start", .eachPass(numbers.map { $0 * chunks })),
      starts, ("area_rows", .eachPass(pixels)),
    ] + areas.dropFirst()
  }

  /// What a matrix product over each cell is told.
  func productArguments(in program: inout ProgramText) -> [(name: String, value: Argument)] {
    program.define("AREA", 1)
    return [("area", .eachPass(Array(numbers)))] + areas
  }

  /// The cells of each window.
  var cellsOfWindows: [(name: String, value: Argument)] {
    Self.rectangles(
      grid.rows.starts.indices.map(grid.rows.cells(in:)),
      grid.columns.starts.indices.map(grid.columns.cells(in:)), of: "cell")
  }

  /// The windows around each cell.
  var windowsOfCells: [(name: String, value: Argument)] {
    Self.rectangles(
      grid.rows.cells.indices.map(grid.rows.windows(over:)),
      grid.columns.cells.indices.map(grid.columns.windows(over:)), of: "window")
  }

  var numbers: Range<Int> { 0..<count }

  private var starts: (name: String, value: Argument) {
    let pixels = grid.cells.map { $0.lines.lowerBound * width + $0.columns.lowerBound }
    return ("area_start", .eachPass(pixels))
  }

  private static func rectangles(
    _ rows: [Range<Int>], _ columns: [Range<Int>], of name: String
  ) -> [(name: String, value: Argument)] {
    let pairs = rows.flatMap { row in columns.map { (row: row, column: $0) } }
    return [
      ("\(name)_row", .eachPass(pairs.map(\.row.lowerBound))),
      ("\(name)_rows", .eachPass(pairs.map(\.row.count))),
      ("\(name)_column", .eachPass(pairs.map(\.column.lowerBound))),
      ("\(name)_columns", .eachPass(pairs.map(\.column.count))),
    ]
  }
}
