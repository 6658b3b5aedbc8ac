import IR
import OpenCL

extension Restorer {
  typealias TileSize = (width: Int, height: Int)

  /// Tiles are halved no further than this, in pixels.
  private static let smallestTile = 64
  /// The largest side that tiles are tried with when an image does not fit whole.
  private static let largestTile = 4096

  /// The tile size to begin with; nil for the whole picture.
  func firstTile(_ picture: Picture) throws(LimpidError) -> TileSize? {
    switch tiling {
    case .size(let width, let height): return (width, height)
    case .never:
      guard try fits((picture.width, picture.height)) else {
        throw LimpidError(
          .temporary,
          "\(picture.width)x\(picture.height) does not fit the memory of "
            + "\(engine.description); allow tiles (--tile 0)")
      }
      return nil
    case .auto:
      if try fits((picture.width, picture.height)) { return nil }
      var side = Self.largestTile
      while side > Self.smallestTile, try !fits((side, side)) { side /= 2 }
      return (side, side)
    }
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

  /// Whether the device can hold the network for a picture of this size.
  private func fits(_ size: TileSize) throws(LimpidError) -> Bool {
    guard let device = engine.device else { return true }
    do {
      let graph = try model.network.graph(height: size.height, width: size.width)
      return MemoryEstimate(graph, elementBytes: engine.precision.byteCount).fits(device)
    } catch {
      throw LimpidError(error)
    }
  }
}
