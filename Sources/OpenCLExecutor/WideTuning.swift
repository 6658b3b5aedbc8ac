import Tensors

/// How the wide-vector kernels cut their work. None of it changes a bit of the result.
struct WideTuning {
  /// Rows of a register tile.
  var mr: Int
  /// Vectors of a register tile.
  var nv: Int
  /// Tiles of a work-item.
  var rowTiles: Int
  /// Panels of a work-item; 0 for all.
  var panels = 0

  /// Widest filter of the depthwise kernel, in taps.
  static let widestDepthwise = 7
  /// Output rows of a depthwise work-item.
  static let depthwiseRows = 4
  /// Rows of a normalization work-item.
  static let normalizationRows = 64

  func define(in program: inout ProgramText) {
    program.define("MR", mr)
    program.define("NV", nv)
    program.define("ROW_TILES", rowTiles)
    program.define("PANELS", panels)
  }

  /// The depth that a program for `depth` is compiled for: the next power of two, so that few
  /// programs serve all depths.
  static func depthLimit(_ depth: Int) -> Int {
    var limit = Placement.vectorWidth
    while limit < depth { limit *= 2 }
    return limit
  }

  /// - Parameters:
  ///   - rows: of one image.
  ///   - depth: padded channels of the operand.
  ///   - vectors: of the result, before the gate is counted.
  static func gemm(
    rows: Int, depth: Int, vectors: Int, isGated: Bool, computeUnits: Int
  ) -> WideTuning {
    var tuning = tile(vectors: vectors, isGated: isGated)
    // A prepared operand block of at most a quarter of a core's second-level cache.
    let limit = max(1, 65_536 / (depth * tuning.mr))
    tuning.rowTiles = 8
    while tuning.rowTiles > limit { tuning.rowTiles /= 2 }
    while tuning.rowTiles > 1,
      ceilDivide(rows, by: tuning.mr * tuning.rowTiles) < 8 * computeUnits
    {
      tuning.rowTiles /= 2
    }
    let panels = ceilDivide(vectors, by: isGated ? tuning.nv / 2 : tuning.nv)
    if ceilDivide(rows, by: tuning.mr) < 4 * computeUnits {
      tuning.panels = max(1, panels / (4 * computeUnits))
    }
    return tuning
  }

  /// Products of the channels of a head with each other.
  static func gram(channels: Int) -> WideTuning {
    let vectors = ceilDivide(channels, by: Placement.vectorWidth)
    var tuning = tile(vectors: vectors, isGated: false)
    tuning.panels = ceilDivide(vectors, by: tuning.nv)
    return tuning
  }

  /// Pixels whose products are summed apart: decides the order of the sum, and so depends on the
  /// size of the image alone.
  static func gramRows(of pixels: Int) -> Int { max(512, ceilDivide(pixels, by: 256)) }

  static func convolution(
    height: Int, width: Int, vectors: Int, isGated: Bool, computeUnits: Int
  ) -> WideTuning {
    var tuning = tile(vectors: vectors, isGated: isGated)
    tuning.rowTiles = 4
    while tuning.rowTiles > ceilDivide(width, by: tuning.mr) { tuning.rowTiles /= 2 }
    let panels = ceilDivide(vectors, by: isGated ? tuning.nv / 2 : tuning.nv)
    if height < 4 * computeUnits { tuning.panels = max(1, panels / (4 * computeUnits)) }
    return tuning
  }

  /// The register tile: 24 accumulators and the vectors that feed them.
  private static func tile(vectors: Int, isGated: Bool) -> WideTuning {
    if isGated { return WideTuning(mr: 12, nv: 2, rowTiles: 1) }
    if vectors == 1 { return WideTuning(mr: 24, nv: 1, rowTiles: 1) }
    if vectors.isMultiple(of: 2) { return WideTuning(mr: 12, nv: 2, rowTiles: 1) }
    return vectors.isMultiple(of: 3)
      ? WideTuning(mr: 8, nv: 3, rowTiles: 1) : WideTuning(mr: 12, nv: 2, rowTiles: 1)
  }
}
