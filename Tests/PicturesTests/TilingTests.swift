import Pictures
import Tensors
import Testing

@Suite struct TilingTests {
  struct Layout: Sendable {
    let (length, tile, overlap, multiple): (Int, Int, Int, Int)
  }

  static let layouts: [Layout] = [
    (1, 64, 8, 16), (64, 64, 8, 16), (65, 64, 8, 16), (100, 64, 16, 16), (511, 64, 16, 4),
    (1000, 96, 32, 8), (333, 100, 7, 1), (2000, 128, 64, 32), (70, 16, 16, 16), (97, 24, 0, 8),
  ].map { Layout(length: $0.0, tile: $0.1, overlap: $0.2, multiple: $0.3) }

  @Test(arguments: layouts)
  func spansCoverTheImageWithContext(_ layout: Layout) {
    let (length, tile, multiple) = (layout.length, layout.tile, layout.multiple)
    let tiling = Tiling(
      width: length, height: 1, tile: (tile, tile), overlap: layout.overlap, multiple: multiple)
    let largest = max(tile / multiple, 2) * multiple
    let context = min(layout.overlap, largest / 4)
    var next = 0
    for column in tiling.tiles.map(\.column) {
      #expect(column.core.lowerBound == next && !column.core.isEmpty)
      next = column.core.upperBound
      #expect(column.pixels.lowerBound % multiple == 0)
      #expect(column.pixels.count <= max(largest, 1))
      #expect(column.pixels.upperBound % multiple == 0 || column.pixels.upperBound == length)
      let (left, right) = (column.pixels.lowerBound, column.pixels.upperBound)
      #expect(left == 0 || column.core.lowerBound - left >= context)
      #expect(right == length || right - column.core.upperBound >= context)
    }
    #expect(next == length)
    #expect(tiling.tiles.allSatisfy { $0.row.pixels == 0..<1 && $0.row.core == 0..<1 })
  }

  @Test func withoutATileTheImageIsWhole() {
    let tiling = Tiling(width: 37, height: 50, tile: nil, overlap: 8, multiple: 16)
    #expect(tiling.tiles.count == 1 && tiling.ramp == (0, 0))
    #expect(tiling.tiles[0].width == 37 && tiling.tiles[0].height == 50)
  }

  /// An operator that looks 2 pixels far gives the same bits in tiles as on the whole image.
  @Test(arguments: [(40, 33, 16), (57, 61, 20), (16, 100, 24)])
  func localOperatorsAreExactInTiles(_ width: Int, _ height: Int, _ tile: Int) {
    let source = Self.picture(width, height)
    let whole = Self.blurred(TileCanvas.cut([(source, Self.tiles(width, height, nil).tiles[0])]))
    let result = Self.assembled(source, Self.tiles(width, height, tile))
    #expect(result.planes == whole.floats)
  }

  /// Weights of blended tiles sum to one everywhere.
  @Test(arguments: [(40, 33, 16), (57, 61, 20), (16, 100, 24), (301, 95, 64)])
  func blendedTilesAddUp(_ width: Int, _ height: Int, _ tile: Int) {
    let tiling = Self.tiles(width, height, tile)
    #expect(tiling.ramp.columns > 0 || width <= tile)
    let source = Self.picture(width, height)
    var canvas = TileCanvas(
      3, width, height, [Float](repeating: 0, count: source.planes.count))
    for tile in tiling.tiles {
      canvas.blend(TileCanvas.cut([(source, tile)]), of: tile, ramp: tiling.ramp)
    }
    #expect(zip(canvas.planes, source.planes).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  private static func tiles(_ width: Int, _ height: Int, _ tile: Int?) -> Tiling {
    Tiling(
      width: width, height: height, tile: tile.map { ($0, $0) }, overlap: 4, multiple: 4)
  }

  private static func picture(_ width: Int, _ height: Int) -> TileCanvas {
    TileCanvas(
      3, width, height, (0..<3 * width * height).map { Float($0 * 7919 % 1009) / 1009 })
  }

  private static func assembled(_ source: TileCanvas, _ tiling: Tiling) -> TileCanvas {
    var target = TileCanvas(
      3, source.width, source.height, [Float](repeating: 0, count: source.planes.count))
    for tile in tiling.tiles {
      target.blend(blurred(TileCanvas.cut([(source, tile)])), of: tile, ramp: (0, 0))
    }
    return target
  }

  /// A 5x5 box filter with zeros outside the image.
  private static func blurred(_ image: HostTensor) -> HostTensor {
    let (channels, height, width) = (image.shape[1], image.shape[2], image.shape[3])
    let source = image.floats
    return HostTensor(image.shape) { target in
      for channel in 0..<channels {
        for y in 0..<height {
          for x in 0..<width {
            var sum: Float = 0
            for v in max(y - 2, 0)...min(y + 2, height - 1) {
              for u in max(x - 2, 0)...min(x + 2, width - 1) {
                sum += source[(channel * height + v) * width + u]
              }
            }
            target[(channel * height + y) * width + x] = sum / 25
          }
        }
      }
    }
  }
}
