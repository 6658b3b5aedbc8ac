import Pictures
import Tensors

/// A picture that is cut into tiles, with what guides all of them.
package struct TileSource: Sendable {
  package let picture: Picture
  package let seed: UInt64
  /// Pictures of the same size that are cut like it, by the graph's operands.
  package let maps: [String: Picture]
  /// What every tile sees whole, (1, ...) each, by the graph's operands.
  package let operands: [String: HostTensor]

  package init(
    _ picture: Picture, seed: UInt64, maps: [String: Picture] = [:],
    operands: [String: HostTensor] = [:]
  ) {
    precondition(
      maps.values.allSatisfy { $0.width == picture.width && $0.height == picture.height },
      "what is cut alike has one size")
    (self.picture, self.seed, self.maps, self.operands) = (picture, seed, maps, operands)
  }
}

extension TileBatch {
  /// Cuts tiles of one size out of sources that have the same maps and operands.
  /// - Precondition: there is a tile.
  init(_ tiles: [(source: TileSource, tile: Tiling.Tile)]) {
    let first = tiles[0].source
    let maps = first.maps.keys.map { name in
      (name, Self.cut(tiles.map { ($0.source.maps[name]!, $0.tile) }))
    }
    let wholes = first.operands.keys.map { name in
      (name, HostTensor.stacking(tiles.map { $0.source.operands[name]! }))
    }
    self.init(
      images: Self.cut(tiles.map { ($0.source.picture, $0.tile) }),
      places: tiles.map { source, tile in
        Place(
          tile: tile, width: source.picture.width, height: source.picture.height,
          seed: source.seed)
      },
      guides: Dictionary(uniqueKeysWithValues: maps + wholes))
  }

  private static func cut(_ tiles: [(picture: Picture, tile: Tiling.Tile)]) -> HostTensor {
    TileCanvas.cut(
      tiles.map { picture, tile in
        (TileCanvas(3, picture.width, picture.height, picture.planes), tile)
      })
  }
}
