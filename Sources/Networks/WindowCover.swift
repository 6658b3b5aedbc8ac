/// Windows of one size that cover a line of pixels, overlapping evenly, the last one flush with
/// the end; and the cells that their borders cut the line into.
///
/// The windows are those of the official TLC code (`grids`).
struct WindowCover {
  /// First pixel of each window.
  let starts: [Int]
  /// Pixels of a window.
  let window: Int
  let cells: [Range<Int>]

  init(length: Int, window: Int) {
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

  /// The windows that a cell lies in.
  func windows(over cell: Int) -> [Int] {
    starts.indices.filter { covers($0, cell) }
  }

  /// The cells of a window.
  func cells(in window: Int) -> [Int] { cells.indices.filter { covers(window, $0) } }

  private func covers(_ index: Int, _ cell: Int) -> Bool {
    starts[index] <= cells[cell].lowerBound && cells[cell].upperBound <= starts[index] + window
  }
}
