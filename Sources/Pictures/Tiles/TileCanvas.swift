import Tensors

/// A whole picture that tiles are cut from or blended into: one NCHW tensor with N = 1.
package struct TileCanvas {
  package let channels: Int
  package let width: Int
  package let height: Int
  package private(set) var planes: [Float]

  /// - Precondition: `planes` holds `channels * height * width` values.
  package init(_ channels: Int, _ width: Int, _ height: Int, _ planes: [Float]) {
    self.channels = channels
    self.width = width
    self.height = height
    self.planes = planes
  }

  /// One of zeros.
  package init(blank channels: Int, _ width: Int, _ height: Int) {
    let zeros = [Float](repeating: 0, count: channels * width * height)
    self.init(channels, width, height, zeros)
  }

  /// The pixels that tiles see, as one NCHW batch.
  /// - Precondition: all tiles have the same size, and there is one.
  package static func cut(_ tiles: [(canvas: TileCanvas, tile: Tiling.Tile)]) -> HostTensor {
    let (canvas, tile) = tiles[0]
    return HostTensor([tiles.count, canvas.channels, tile.height, tile.width]) { target in
      let size = target.count / tiles.count
      for (index, (canvas, tile)) in tiles.enumerated() {
        canvas.cut(tile, to: UnsafeMutableBufferPointer(rebasing: target[(index * size)...]))
      }
    }
  }

  private func cut(_ tile: Tiling.Tile, to target: UnsafeMutableBufferPointer<Float>) {
    var next = 0
    planes.withUnsafeBufferPointer { planes in
      for channel in 0..<channels {
        for y in tile.row.pixels {
          let row = (channel * height + y) * width
          for x in tile.column.pixels {
            target[next] = planes[row + x]
            next += 1
          }
        }
      }
    }
  }

  /// Adds a tile's result, weighted by how deep each pixel lies in the tile. The weights of all
  /// tiles sum to one; a ramp of zero takes each pixel from one tile as it is.
  /// - Parameter index: the result's place in its batch.
  package mutating func blend(
    _ results: HostTensor, at index: Int = 0, of tile: Tiling.Tile,
    ramp: (columns: Int, rows: Int)
  ) {
    let columns = Ramp(tile.column, length: width, reach: ramp.columns)
    let rows = Ramp(tile.row, length: height, reach: ramp.rows)
    results.withBytes { bytes in
      let size = channels * tile.height * tile.width
      let all = bytes.bindMemory(to: Float.self)
      let source = UnsafeBufferPointer(rebasing: all[(index * size)..<((index + 1) * size)])
      for channel in 0..<channels {
        for y in rows.pixels {
          let from = (channel * tile.height + y - tile.row.pixels.lowerBound) * tile.width
          let to = (channel * height + y) * width
          for x in columns.pixels {
            let weight = rows[y] * columns[x]
            let value = source[from + x - tile.column.pixels.lowerBound]
            planes[to + x] = weight == 1 ? value : planes[to + x] + weight * value
          }
        }
      }
    }
  }
}
