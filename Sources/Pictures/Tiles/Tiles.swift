/// How a map is seen: in so many tiles, or in one that is all of it.
package struct Tiles: Hashable, Sendable {
  /// Of the largest tile, in elements of the map.
  package let width: Int
  package let height: Int
  package let count: Int

  package init(width: Int, height: Int, count: Int) {
    (self.width, self.height, self.count) = (width, height, count)
  }

  /// Those of a map of this size.
  /// - Parameter tiling: into tiles of one size; nil for all of the map at once.
  package init(_ tiling: Tiling?, width: Int, height: Int) {
    let tile = tiling?.tiles[0]
    self.init(
      width: tile?.width ?? width, height: tile?.height ?? height,
      count: tiling?.tiles.count ?? 1)
  }

  /// The same of a map with `factor` times the rows and columns.
  package func scaled(by factor: Int) -> Tiles {
    Tiles(width: width * factor, height: height * factor, count: count)
  }
}
