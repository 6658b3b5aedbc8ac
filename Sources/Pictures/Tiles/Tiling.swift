/// How an image is cut into tiles that overlap.
///
/// Every tile starts at a multiple of the network's own and ends at one or at the image's end, so
/// that a network meets the same padding in a tile as in the whole image. Seams lie in the middle
/// of overlaps: a pixel is taken from a tile only when `overlap` pixels of context surround it
/// there, so a network that looks no further gives the same bits as on the whole image.
package struct Tiling: Sendable, Equatable {
  /// One axis of a tile.
  package struct Span: Sendable, Equatable {
    /// The pixels that the network sees.
    package let pixels: Range<Int>
    /// The pixels that are nearer to no other tile's middle.
    package let core: Range<Int>
  }

  package struct Tile: Sendable, Equatable {
    package let column: Span
    package let row: Span
    package var width: Int { column.pixels.count }
    package var height: Int { row.pixels.count }
  }

  /// Row by row.
  package let tiles: [Tile]
  /// How far seams may be blended to either side, in pixels; ramps of neighbouring seams are
  /// disjoint.
  package let ramp: (columns: Int, rows: Int)

  /// - Parameters:
  ///   - tile: largest width and height of a tile, rounded down to the multiple but at least two
  ///     of them; nil makes the whole image one tile.
  ///   - overlap: context on each side of what a tile contributes, at most a quarter of the tile.
  ///   - multiple: the network's size multiple.
  package init(
    width: Int, height: Int, tile: (width: Int, height: Int)?, overlap: Int, multiple: Int
  ) {
    let columns = Self.spans(width, tile: tile?.width, overlap: overlap, multiple: multiple)
    let rows = Self.spans(height, tile: tile?.height, overlap: overlap, multiple: multiple)
    tiles = rows.flatMap { row in columns.map { Tile(column: $0, row: row) } }
    ramp = (Self.ramp(columns, overlap: overlap), Self.ramp(rows, overlap: overlap))
  }

  private init(tiles: [Tile], ramp: (columns: Int, rows: Int)) {
    (self.tiles, self.ramp) = (tiles, ramp)
  }

  /// The same of a map with `factor` times the rows and columns.
  package func scaled(by factor: Int) -> Tiling {
    Tiling(
      tiles: tiles.map { $0.scaled(by: factor) },
      ramp: (ramp.columns * factor, ramp.rows * factor))
  }

  /// Tiles of equal size, spread evenly over `count` pixels.
  private static func spans(_ count: Int, tile: Int?, overlap: Int, multiple: Int) -> [Span] {
    let whole = [Span(pixels: 0..<count, core: 0..<count)]
    guard let tile = tile.map({ max($0 / multiple, 2) * multiple }), count > tile else {
      return whole
    }
    let stride = max((tile - 2 * min(overlap, tile / 4)) / multiple, 1) * multiple
    let reach = ceilDivide(count, by: multiple) * multiple - tile
    let last = ceilDivide(reach, by: stride)
    let starts = (0...last).map { reach / multiple * $0 / last * multiple }
    let ends = starts.map { min($0 + tile, count) }
    let seams = [0] + zip(ends, starts.dropFirst()).map { ($0 + $1) / 2 } + [count]
    return starts.indices.map {
      Span(pixels: starts[$0]..<ends[$0], core: seams[$0]..<seams[$0 + 1])
    }
  }

  private static func ramp(_ spans: [Span], overlap: Int) -> Int {
    guard spans.count > 1 else { return 0 }
    let context = spans.dropFirst().map { $0.core.lowerBound - $0.pixels.lowerBound }
    let spacing = spans.dropFirst().dropLast().map { $0.core.count / 2 }
    return (context + spacing).reduce(overlap, min)
  }

  package static func == (a: Tiling, b: Tiling) -> Bool {
    a.tiles == b.tiles && a.ramp == b.ramp
  }
}

extension Tiling.Tile {
  /// The same part of a map with `factor` times the rows and columns.
  package func scaled(by factor: Int) -> Tiling.Tile {
    Tiling.Tile(column: column.scaled(by: factor), row: row.scaled(by: factor))
  }
}

extension Tiling.Span {
  fileprivate func scaled(by factor: Int) -> Tiling.Span {
    Tiling.Span(
      pixels: pixels.lowerBound * factor..<pixels.upperBound * factor,
      core: core.lowerBound * factor..<core.upperBound * factor)
  }
}

private func ceilDivide(_ value: Int, by divisor: Int) -> Int { (value + divisor - 1) / divisor }
