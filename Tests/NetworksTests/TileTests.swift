import IR
import Networks
import Testing

@testable import OpenCLExecutor

/// The tiles that convolutions take on an H200.
@Suite struct TileTests {
  /// Pixels and columns of a product in half, as a U-Net has them for two latents of 64x64,
  /// and the tile that it takes: pixels and columns of a group.
  @Test(arguments: [
    (8192, 320, 128, 256), (2048, 640, 128, 96), (512, 1280, 128, 48), (128, 1280, 64, 32),
  ])
  func everyUnitHasWorkOnce(
    _ pixels: Int, _ columns: Int, _ rows: Int, _ tileColumns: Int
  ) throws {
    let tile = try Self.tile(TiledWork(images: 2, pixels: pixels / 2, columns: columns))
    #expect(tile.groupRows == rows)
    #expect(tile.groupColumns == tileColumns)
  }

  /// Where weights are an image's own, no block is of two images.
  @Test func imagesWithWeightsOfTheirOwnAreCountedApart() throws {
    var work = TiledWork(images: 12, pixels: 96, columns: 192)
    #expect(work.blocks(of: 128) == 9)
    work.isOfOneImage = true
    #expect(work.blocks(of: 128) == 12)
  }

  /// An operand that passes through registers is read by fewer groups.
  @Test func anOperandWithFunctionsTakesWiderTiles() throws {
    var work = TiledWork(images: 2, pixels: 1024, columns: 640)
    let plain = try Self.tile(work)
    work.operandCost = 3
    let prepared = try Self.tile(work)
    #expect(prepared.groupColumns > plain.groupColumns)
    #expect(prepared.groupRows < plain.groupRows)
  }

  /// No product of a U-Net takes a tile of 16 columns, but for the last, which has no more.
  @Test func unetsTakeLargeTiles() throws {
    let graph = try StableDiffusionVersion.v1.unet().graph(batch: 2, height: 64, width: 64)
    let lowered = try H200Plan.lowered(graph, .f16)
    let products = lowered.steps.filter { $0.program.file == WarpgroupTile.kernel.file }
    func count(_ columns: Int) -> Int {
      products.count { $0.program.definitions.contains("#define BN \(columns)") }
    }
    #expect(products.count == 200)
    #expect(count(16) == 0 && count(128) + count(256) > 100)
  }

  private static func tile(_ work: TiledWork) throws -> WarpgroupTile {
    WarpgroupTile.choice(work, for: try H200Plan.target(.f16))
  }
}
