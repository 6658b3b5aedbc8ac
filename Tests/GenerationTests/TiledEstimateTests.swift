import Diffusion
import Glibc
import IR
import Tensors
import Testing

@testable import Execution
@testable import Generation
@testable import Pictures

/// Estimates of tiles become one without losing energy where they overlap.
@Suite struct TiledEstimateTests {
  private static let shape: Shape = [2, 3, 60, 92]

  private static func tiles(overlap: Int = 16) throws -> TiledEstimate {
    let (height, width) = (shape[2], shape[3])
    let layout = EvenTiling(side: 40, overlap: overlap).layout(height: height, width: width)
    return TiledEstimate(
      tiling: try #require(layout), height: height, width: width, scales: [1])
  }

  /// What all tiles see, and what each adds of its own, in units of standard normal noise.
  private struct Parts {
    var common: Float = 0
    var own: Float = 0
    var offset: Float = 0
  }

  /// The last evaluation's estimate, and those of the tiles.
  /// - Parameter images: of the noise.
  private static func estimate(
    _ parts: Parts, _ tiles: TiledEstimate, images: [UInt64] = [1, 2],
    on device: DeviceSelector = .reference
  ) throws -> (whole: HostTensor, tiles: [HostTensor]) {
    let shape = shape.replacing(0, with: images.count)
    let first = tiles.tiling.tiles[0]
    let side = shape.replacing(2, with: first.height).replacing(3, with: first.width)
    let graph = try Trace.graph { trace in
      let made = tiles.trace(in: trace, shape: shape) { cut in
        cut(trace.input("common", shape)) + trace.input("own", side)
      }
      return Results([("estimate", made.estimate)] + made.carried)
    }
    var noise = ImageNoise(.cpu, seeds: images)
    func draw(_ shape: Shape, _ scale: Float, _ offset: Float) -> HostTensor {
      HostTensor(shape, noise.draw(shape).floats.map { $0 * scale + offset })
    }
    let common = draw(shape, parts.common, parts.offset)
    let own = tiles.tiling.tiles.map { _ in draw(side, parts.own, 0) }
    let results = try Engine(device).plan(graph, weights: NoWeights()).run(
      tiles.operands(shape).merging(["common": common]) { $1 },
      steps: own.indices.map { tiles.operands(tile: $0).merging(["own": own[$0]]) { $1 } },
      carrying: TiledEstimate.carries, reporting: { _ in })
    for carry in TiledEstimate.carries {
      #expect(results[carry.output]?.floats.allSatisfy { $0 == 0 } == true)
    }
    let canvas = (0..<images.count).map {
      TileCanvas(shape[1], shape[3], shape[2], common.outermost($0).floats)
    }
    let answers = zip(tiles.tiling.tiles, own).map { tile, own in
      let seen = TileCanvas.cut(canvas.map { ($0, tile) })
      return HostTensor(side, zip(seen.floats, own.floats).map(+))
    }
    return (try #require(results["estimate"]), answers)
  }

  /// Mean and variance over the elements that tiles share, each counted as it is shared.
  private static func moments(
    _ values: HostTensor, _ tiles: TiledEstimate
  ) -> (mean: Double, variance: Double) {
    let shared = tiles.energyOperands["tile.shared"]!.floats.map { Double($0) }
    var (count, sum, squares) = (0.0, 0.0, 0.0)
    for (index, value) in values.floats.enumerated() {
      let weight = shared[index % shared.count]
      count += weight
      sum += weight * Double(value)
      squares += weight * Double(value * value)
    }
    return (sum / count, squares / count - sum / count * sum / count)
  }

  @Test func agreeingTilesHaveTheirMean() throws {
    let tiles = try Self.tiles()
    let whole = try Self.estimate(Parts(common: 1, offset: 2), tiles).whole
    var noise = ImageNoise(.cpu, seeds: [1, 2])
    for (value, common) in zip(whole.floats, noise.draw(Self.shape).floats) {
      #expect(abs(value - common - 2) < 4e-6)
    }
  }

  /// The variance of one tile's estimate is that of the whole, from none in common to a half. Plain
  /// means would have 0.51 and 0.76 of it.
  @Test(arguments: [Float(0), 0.5])
  func disagreeingTilesKeepTheirEnergy(_ correlation: Float) throws {
    let tiles = try Self.tiles()
    let parts = Parts(
      common: correlation.squareRoot(), own: (1 - correlation).squareRoot(), offset: 3)
    let moments = Self.moments(try Self.estimate(parts, tiles).whole, tiles)
    #expect(abs(moments.variance - 1) < 0.05)
    #expect(abs(moments.mean - 3) < 0.05)
  }

  /// Where one tile alone lies it is that tile's estimate, bit for bit; everywhere without ramps.
  @Test(arguments: [16, 0])
  func elementsOfOneTileAreItsOwn(_ overlap: Int) throws {
    let tiles = try Self.tiles(overlap: overlap)
    let made = try Self.estimate(Parts(common: 1, own: 1), tiles)
    let (height, width) = (Self.shape[2], Self.shape[3])
    var count = 0
    for (tile, answer) in zip(tiles.tiling.tiles, made.tiles) {
      let rows = tile.row.weights(in: height, reach: tiles.tiling.ramp.rows)
      let columns = tile.column.weights(in: width, reach: tiles.tiling.ramp.columns)
      for plane in 0..<Self.shape[0] * Self.shape[1] {
        for (y, row) in tile.row.pixels.enumerated() where rows[row] == 1 {
          for (x, column) in tile.column.pixels.enumerated() where columns[column] == 1 {
            let value = answer.floats[(plane * tile.height + y) * tile.width + x]
            #expect(made.whole.floats[(plane * height + row) * width + column] == value)
            count += 1
          }
        }
      }
    }
    #expect(overlap > 0 ? count < Self.shape.count : count == Self.shape.count)
  }

  /// The angle between the weights at neighbouring elements, which adds to the gradient of what is
  /// blended, is the same across all of a border, and nowhere else above zero.
  @Test(arguments: [(128, 96, 8), (192, 96, 8), (60, 40, 16), (41, 8, 4), (100, 40, 0)])
  func bordersTurnEvenly(_ length: Int, _ side: Int, _ overlap: Int) throws {
    let layout = try #require(
      EvenTiling(side: side, overlap: overlap).layout(height: length, width: 8))
    let (rows, reach) = (layout.tiles.map(\.row), layout.ramp.rows)
    let weights = rows.map { $0.weights(in: length, reach: reach) }
    func product(_ first: Int, _ second: Int) -> Double {
      weights.reduce(0) { $0 + Double($1[first]) * Double($1[second]) }
    }
    let borders = rows.dropFirst().map(\.core.lowerBound)
    for position in 0..<length {
      #expect(abs(weights.reduce(0) { $0 + $1[position] } - 1) < 1e-6)
      #expect(zip(rows, weights).allSatisfy { $0.pixels.contains(position) || $1[position] == 0 })
      guard position > 0 else { continue }
      let turns = borders.contains { ($0 - reach...$0 + reach).contains(position) }
      let angle = turns ? Double.pi / 2 / Double(2 * reach + 1) : 0
      let lengths = (product(position, position) * product(position - 1, position - 1)).squareRoot()
      #expect(abs(product(position - 1, position) / lengths - cos(angle)) < 1e-6)
    }
  }

  @Test func nothingStaysNothing() throws {
    let whole = try Self.estimate(Parts(), try Self.tiles()).whole
    #expect(whole.floats.allSatisfy { $0 == 0 })
  }

  /// Of any batch an image has the bits that it has alone.
  @Test(arguments: TextToImageTests.devices)
  func imagesDoNotMatterToEachOther(on device: DeviceSelector) throws {
    let tiles = try Self.tiles()
    let parts = Parts(common: 0.6, own: 0.8)
    let together = try Self.estimate(parts, tiles, images: [3, 4, 5], on: device).whole
    for (place, image) in [3, 4, 5].enumerated() {
      let alone = try Self.estimate(parts, tiles, images: [UInt64(image)], on: device).whole
      #expect(together.outermost(place).floats == alone.floats)
    }
  }
}
