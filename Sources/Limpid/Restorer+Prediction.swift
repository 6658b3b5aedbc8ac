import IR
import Tensors

extension Restorer {
  /// What restoring a picture takes.
  package struct Need {
    /// nil when it is restored whole.
    package let tile: TileSize?
    package let tiles: Int
    /// The most device memory.
    package let bytes: Int
    package let flops: Double
  }

  /// Predicts what a picture of this size takes.
  package func need(width: Int, height: Int) throws(LimpidError) -> Need {
    let tile = try firstTile((width, height))
    let layout = Tiling(
      width: width, height: height, tile: tile, overlap: overlap,
      multiple: model.network.sizeMultiple)
    var (bytes, flops) = (0, 0.0)
    do {
      for (size, count) in layout.sizes {
        let graph = try model.network.graph(height: size.height, width: size.width)
        let estimate = MemoryEstimate(graph, elementBytes: engine.precision.byteCount)
        bytes = max(bytes, estimate.total)
        flops += Double(graph.flops) * Double(count)
      }
    } catch {
      throw LimpidError(error)
    }
    let isTiled = layout.tiles.count > 1
    return Need(tile: isTiled ? tile : nil, tiles: layout.tiles.count, bytes: bytes, flops: flops)
  }

  /// Floating-point operations per second, measured on a small picture.
  package func speed() throws(LimpidError) -> Double {
    let side = 128
    let values = (0..<3 * side * side).map { Float($0 * 7919 % 1009) / 1009 }
    let picture = Picture(width: side, height: side, planes: values)
    // The first run also compiles.
    _ = try restore(picture)
    let start = ContinuousClock.now
    _ = try restore(picture)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return try need(width: side, height: side).flops / max(seconds, 1e-6)
  }
}

extension Tiling {
  /// The sizes that tiles have, and how many have them.
  fileprivate var sizes: [(size: (width: Int, height: Int), count: Int)] {
    Dictionary(grouping: tiles) { [$0.width, $0.height] }
      .map { (($0.key[0], $0.key[1]), $0.value.count) }
  }
}
