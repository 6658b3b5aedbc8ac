import IR
import Tensors

/// How Winograd's convolution F(4x4, 3x3) cuts its work.
struct WinogradTuning {
  var tile: CPUTuning
  /// 4x4 tiles down and across an image.
  let height: Int
  let width: Int
  /// Tiles whose transforms are in memory at the same time.
  let strip: Int

  /// What the products read.
  enum Weights {
    /// The transforms of the filters, four times as large, which are made once.
    case transforms
    /// The filters themselves, which every work-item transforms.
    case filters
  }

  /// How it has the weights where it beats the direct sum, which takes enough channels to multiply
  /// and enough tiles to share weights: fewer, when these do not come from memory.
  /// - Parameters:
  ///   - weight: (out, in, KH, KW).
  ///   - output: of the convolution.
  /// - Returns: nil where it does not.
  static func weights(
    _ op: Convolution, weight: Shape, output: Shape, _ row: TuningRow
  ) -> Weights? {
    let channels = row.number(.winogradChannels)
    guard weight.extents[2...] == [3, 3], op.stride == 1, op.dilation == 1, op.groups == 1,
      channels > 0, weight[0] >= channels, weight[1] >= channels
    else { return nil }
    let isCached = weight[0] * weight[1] * 36 * 4 <= row.number(.winogradCache) << 20
    let tiles = ceilDivide(output[2], by: 4) * ceilDivide(output[3], by: 4)
    if tiles >= row.number(isCached ? .winogradTiles : .winogradColdTiles) { return .transforms }
    let fewest = row.number(.winogradFilterTiles)
    return fewest > 0 && tiles >= fewest ? .filters : nil
  }

  /// - Parameters:
  ///   - output: of the convolution.
  ///   - depth: padded channels of the operand.
  ///   - vectors: of the result.
  init(output: Shape, depth: Int, vectors: Int, _ weights: Weights, for target: Target) {
    (height, width) = (ceilDivide(output[2], by: 4), ceilDivide(output[3], by: 4))
    let row = target.tuning
    tile = CPUTuning.tile(vectors: vectors, isGated: false, row)
    if weights == .filters, let few = CPUTuning.few(rows: height * width, row) { tile = few }
    tile.rowTiles = 4
    let planeBytes = 36 * (depth + Placement.vectorWidth) * 4
    let bytes = row.number(.winogradStrip) << 20
    let limit = max(1, bytes / planeBytes / (tile.mr * 4)) * tile.mr * 4
    strip = Self.even(output[0] * height * width, limit)
    let panels = ceilDivide(vectors, by: tile.nv)
    let ofImage = Self.even(height * width, limit)
    while tile.rowTiles > 1,
      ceilDivide(ofImage, by: tile.itemRows) * panels < 4 * target.device.computeUnits
    {
      tile.rowTiles /= 2
    }
  }

  /// The size of the fewest strips of at most `limit` tiles, all about as large.
  private static func even(_ count: Int, _ limit: Int) -> Int {
    ceilDivide(count, by: ceilDivide(count, by: limit))
  }

  /// Tiles that a strip has room for: whole register tiles.
  var planes: Int { roundUp(strip, to: tile.mr) }

  /// Floats of a strip's transforms.
  func scratchCount(depth: Int) -> Int {
    let plane = planes * (depth + Placement.vectorWidth) + Placement.vectorWidth
    return 36 * plane
  }
}
