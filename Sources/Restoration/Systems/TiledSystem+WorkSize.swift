import IR
import Pictures

typealias TileSize = (width: Int, height: Int)

/// The sides that tiles are tried with when an image does not fit whole, in pixels.
private let tileSides = [
  4096, 3072, 2048, 1536, 1024, 768, 512, 384, 256, 192, 128, 96, smallestTile,
]
private let smallestTile = 64

extension TiledSystem {
  /// How much of the device is asked for at a time; after each failure for want of memory, less.
  struct WorkSize {
    /// A power of two.
    private(set) var batch: Int
    /// nil for the whole picture.
    private(set) var tile: TileSize?
    /// Whether only plans that were made earlier have been given up so far.
    private var isFirst = true

    init(_ system: TiledSystem, _ size: TileSize) throws(LimpidError) {
      tile = try system.firstTile(size)
      batch = try system.firstBatch(tile ?? size)
    }

    /// - Throws: `error` when there is nothing left to give up.
    mutating func shrink(
      _ system: TiledSystem, _ size: TileSize, after error: any Error
    ) throws {
      if isFirst {
        isFirst = false
      } else if batch > 1 {
        batch /= 2
      } else {
        tile = try system.smallerTile(than: tile ?? size, after: error)
      }
    }
  }

  /// The tile size to begin with; nil for the whole picture.
  func firstTile(_ size: TileSize) throws(LimpidError) -> TileSize? {
    switch options.tiling {
    case .size(let width, let height): return (width, height)
    case .never:
      guard try fits(size) else {
        throw LimpidError(
          .temporary,
          "\(size.width)x\(size.height) does not fit the memory of \(engine.description)",
          remedy: .allowTiles)
      }
      return nil
    case .auto:
      if try fits(size) { return nil }
      for side in tileSides where try fits((min(side, size.width), min(side, size.height))) {
        return (side, side)
      }
      return (smallestTile, smallestTile)
    }
  }

  /// The batch to begin with.
  func firstBatch(_ size: TileSize) throws(LimpidError) -> Int {
    let wanted = options.batching.wanted(
      width: size.width, height: size.height, filling: engine.pixelsPerRun)
    var batch = 1
    while batch * 2 <= wanted, try fits(size, batch: batch * 2) { batch *= 2 }
    return batch
  }

  /// A tile smaller than the one that the device had no memory for.
  private func smallerTile(than tile: TileSize, after error: any Error) throws -> TileSize {
    let longest = max(tile.width, tile.height)
    guard options.tiling == .auto, let side = tileSides.first(where: { $0 < longest }) else {
      throw error
    }
    return (side, side)
  }

  /// Whether the device can hold the graph for tiles of this size.
  private func fits(_ size: TileSize, batch: Int = 1) throws(LimpidError) -> Bool {
    engine.holds(try footprint(batch: batch, size))
  }
}
