import IR
import OpenCL

extension Restorer {
  package typealias TileSize = (width: Int, height: Int)

  /// How much of the device is asked for at a time; after each failure for want of memory, less.
  struct Rung {
    /// A power of two.
    private(set) var batch: Int
    /// nil for the whole picture.
    private(set) var tile: TileSize?
    /// Whether only plans that were made earlier have been given up so far.
    private var isFirst = true

    init(_ restorer: Restorer, _ picture: Picture) throws(LimpidError) {
      tile = try restorer.firstTile((picture.width, picture.height))
      batch = try restorer.firstBatch(tile ?? (picture.width, picture.height))
    }

    /// - Throws: `error` when there is nothing left to give up.
    mutating func descend(
      _ restorer: Restorer, _ picture: Picture, after error: OpenCLError
    ) throws {
      if isFirst {
        isFirst = false
      } else if batch > 1 {
        batch /= 2
      } else {
        tile = try restorer.smallerTile(than: tile, of: picture, after: error)
      }
    }
  }

  /// Tiles are halved no further than this, in pixels.
  private static let smallestTile = 64
  /// The largest side that tiles are tried with when an image does not fit whole.
  private static let largestTile = 4096

  /// The tile size to begin with; nil for the whole picture.
  package func firstTile(_ size: TileSize) throws(LimpidError) -> TileSize? {
    switch tiling {
    case .size(let width, let height): return (width, height)
    case .never:
      guard try fits(size) else {
        throw LimpidError(
          .temporary,
          "\(size.width)x\(size.height) does not fit the memory of "
            + "\(engine.description); allow tiles (--tile 0)")
      }
      return nil
    case .auto:
      if try fits(size) { return nil }
      var side = Self.largestTile
      while side > Self.smallestTile, try !fits((side, side)) { side /= 2 }
      return (side, side)
    }
  }

  /// The batch to begin with.
  package func firstBatch(_ size: TileSize) throws(LimpidError) -> Int {
    let wanted = batching.wanted(
      width: size.width, height: size.height, isGPU: engine.device?.isGPU == true)
    var batch = 1
    while batch * 2 <= wanted, try fits(size, batch: batch * 2) { batch *= 2 }
    return batch
  }

  /// Half the tile that the device had no memory for.
  func smallerTile(
    than tile: TileSize?, of picture: Picture, after error: OpenCLError
  ) throws -> TileSize {
    let tile = tile ?? (picture.width, picture.height)
    let side = min(max(tile.width, tile.height), Self.largestTile) / 2
    guard tiling == .auto, side >= Self.smallestTile else { throw error }
    return (side, side)
  }

  /// Whether the device can hold the network for pictures of this size.
  private func fits(_ size: TileSize, batch: Int = 1) throws(LimpidError) -> Bool {
    guard engine.device != nil else { return true }
    return try estimate(batch: batch, width: size.width, height: size.height).fits(engine)
  }

  /// The most device memory that a run takes.
  package func estimate(batch: Int = 1, width: Int, height: Int) throws(LimpidError)
    -> MemoryEstimate
  {
    do {
      let graph = try model.network.graph(batch: batch, height: height, width: width)
      return MemoryEstimate(graph, elementBytes: engine.precision.byteCount)
    } catch {
      throw LimpidError(error)
    }
  }
}
