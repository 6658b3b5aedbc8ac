import Execution
import IR
import Pictures
import Tensors

extension TiledSystem {
  package func need(_ count: Int, width: Int, height: Int) throws(LimpidError) -> Need {
    let tile = try firstTile((width, height))
    let batch = try firstBatch(tile ?? (width, height))
    var needs: [Need] = []
    for (size, places) in layout((width, height), tile: tile).sizes {
      let tiles = places * count
      let flops = Double(try graph(batch: 1, size).flops)
      let parts = method.parts(height: size.height, width: size.width)
      needs.append(
        Need(try footprint(batch: min(batch, tiles.powerOfTwo), size), flops: flops)
          .times(tiles * method.steps * parts))
    }
    return .inTurn(needs)
  }

  package func tiles(width: Int, height: Int) throws(LimpidError) -> Tiles? {
    guard let tile = try firstTile((width, height)) else { return nil }
    let count = layout((width, height), tile: tile).tiles.count
    return count > 1 ? Tiles(width: tile.width, height: tile.height, count: count) : nil
  }

  /// How pictures of a size are cut into tiles of at most another.
  func layout(_ size: TileSize, tile: TileSize?) -> Tiling {
    Tiling(
      width: size.width, height: size.height, tile: tile, overlap: options.overlap,
      multiple: model.architecture.sizeMultiple)
  }

  /// The device memory that tiles of this size take.
  func footprint(batch: Int, _ size: TileSize) throws(LimpidError) -> Footprint {
    do {
      return try network.footprint(key(batch: batch, size)) { try graph(batch: batch, size) }
    } catch {
      throw LimpidError(error)
    }
  }

  /// What the graph for tiles of this size is known by.
  func key(batch: Int, _ size: TileSize) -> GraphKey {
    GraphKey(["image": [batch, 3, size.height, size.width]])
  }

  private func graph(batch: Int, _ size: TileSize) throws(LimpidError) -> Graph {
    do {
      return try method.graph(batch: batch, height: size.height, width: size.width)
    } catch {
      throw LimpidError(error)
    }
  }
}

extension Tiling {
  /// The sizes that tiles have, and how many have them.
  fileprivate var sizes: [(size: TileSize, count: Int)] {
    Dictionary(grouping: tiles) { [$0.width, $0.height] }
      .map { (($0.key[0], $0.key[1]), $0.value.count) }
  }
}
