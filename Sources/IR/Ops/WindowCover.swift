/// Windows of one size that cover a line of pixels, overlapping evenly, the last one flush with
/// the end; and the cells that their borders cut the line into.
///
/// The windows are those of the official TLC code (`grids`).
package struct WindowCover: Hashable, Sendable {
  /// First pixel of each window.
  package let starts: [Int]
  /// Pixels of a window.
  package let window: Int
  package let cells: [Range<Int>]

  /// - Precondition: `length` and `window` are at least 1.
  package init(length: Int, window: Int) {
    let window = min(window, length)
    let count = (length - 1) / window + 1
    let step = count == 1 ? window : max((length - window + count - 2) / (count - 1), 1)
    var starts = [0]
    while starts[starts.count - 1] + window < length {
      starts.append(min(starts[starts.count - 1] + step, length - window))
    }
    self.starts = starts
    self.window = window
    let borders = Set(starts.flatMap { [$0, $0 + window] }).sorted()
    cells = zip(borders, borders.dropFirst()).map { $0..<$1 }
  }

  /// The windows that a cell lies in: neighbours.
  package func windows(over cell: Int) -> Range<Int> {
    Self.run(of: starts.indices.filter { covers($0, cell) })
  }

  /// The cells of a window: neighbours.
  package func cells(in window: Int) -> Range<Int> {
    Self.run(of: cells.indices.filter { covers(window, $0) })
  }

  private func covers(_ index: Int, _ cell: Int) -> Bool {
    starts[index] <= cells[cell].lowerBound && cells[cell].upperBound <= starts[index] + window
  }

  private static func run(of neighbours: [Int]) -> Range<Int> {
    neighbours[0]..<neighbours[0] + neighbours.count
  }
}

/// The windows of `side` x `side` pixels that cover a feature map, in row-major order, and the
/// rectangles of pixels that they consist of. A map that is smaller has smaller windows.
package struct WindowGrid: Hashable, Sendable {
  package let rows: WindowCover
  package let columns: WindowCover

  package init(height: Int, width: Int, side: Int) {
    rows = WindowCover(length: height, window: side)
    columns = WindowCover(length: width, window: side)
  }

  package var windowCount: Int { rows.starts.count * columns.starts.count }

  /// Lines and columns of all cells, in row-major order.
  package var cells: [(lines: Range<Int>, columns: Range<Int>)] {
    rows.cells.flatMap { lines in columns.cells.map { (lines, $0) } }
  }
}
