import IR
import Tensors

/// How Winograd's convolution F(4x4, 3x3) cuts its work.
struct WinogradTuning {
  var tile: WideTuning
  /// 4x4 tiles down and across an image.
  let height: Int
  let width: Int
  /// Tiles whose transforms are in memory at the same time.
  let strip: Int

  /// Bytes of the transforms of a strip, about: they should stay in the last-level cache.
  private static let scratchBytes = 8 << 20
  /// Bytes of transformed weights that stay in a cache.
  private static let cachedBytes = 8 << 20
  /// Tiles of a work-item of the transform.
  static let transformTiles = 16

  /// Whether it beats the direct sum: enough channels to multiply, enough tiles to share weights.
  /// - Parameters:
  ///   - weight: (out, in, KH, KW).
  ///   - output: of the convolution.
  static func pays(_ op: Convolution, weight: Shape, output: Shape) -> Bool {
    guard weight.extents[2...] == [3, 3], op.stride == 1, op.dilation == 1, op.groups == 1,
      weight[0] >= 24, weight[1] >= 24
    else { return false }
    let isCached = weight[0] * weight[1] * 36 * 4 <= cachedBytes
    return ceilDivide(output[2], by: 4) * ceilDivide(output[3], by: 4) >= (isCached ? 16 : 64)
  }

  /// - Parameters:
  ///   - output: of the convolution.
  ///   - depth: padded channels of the operand.
  ///   - vectors: of the result.
  init(output: Shape, depth: Int, vectors: Int, computeUnits: Int) {
    (height, width) = (ceilDivide(output[2], by: 4), ceilDivide(output[3], by: 4))
    tile = WideTuning.tile(vectors: vectors, isGated: false)
    tile.rowTiles = 4
    tile.panels = 1
    let planeBytes = 36 * (depth + Placement.vectorWidth) * 4
    let limit = max(1, Self.scratchBytes / planeBytes / (tile.mr * 4)) * tile.mr * 4
    let count = output[0] * height * width
    strip = ceilDivide(count, by: ceilDivide(count, by: limit))
    let panels = ceilDivide(vectors, by: tile.nv)
    while tile.rowTiles > 1,
      ceilDivide(strip, by: tile.mr * tile.rowTiles) * panels < 4 * computeUnits
    {
      tile.rowTiles /= 2
    }
  }

  /// Tiles that a strip has room for: whole register tiles.
  var planes: Int { roundUp(strip, to: tile.mr) }

  /// Floats of a strip's transforms.
  func scratchCount(depth: Int) -> Int {
    let plane = planes * (depth + Placement.vectorWidth) + Placement.vectorWidth
    return 36 * plane
  }
}
