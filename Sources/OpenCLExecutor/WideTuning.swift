import IR
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
  /// Rows of a normalization work-item.
  static let normalizationRows = 64

  /// Bytes of an image's result from which on a store past the caches pays.
  static let streamedProduct = 24 << 20
  static let streamedDepthwise = 8 << 20

  /// Bytes between two convolutions that a core may find in its share of the last-level cache.
  static let bandBytes = 3 << 20

  /// Lines of a band, where a line of what lies between the convolutions takes `bytes`; all of them
  /// when they fit. Every core has two lines at least; the bands of an image are alike.
  static func bandLines(of height: Int, bytes: Int, _ target: Target) -> Int {
    let units = target.device.computeUnits
    let most = max(2 * units, units * bandBytes / bytes)
    return most >= height ? height : ceilDivide(height, by: ceilDivide(height, by: most))
  }

  /// Output rows of a depthwise work-item.
  /// - Parameter band: how many rows there are in a band; nil for a whole image.
  static func depthwiseRows(_ band: Int?, _ computeUnits: Int) -> Int {
    band.map { min(8, max(1, $0 / (4 * computeUnits))) } ?? 8
  }

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
  ///   - vectors: of the result, after the gate.
  static func gemm(
    rows: Int, depth: Int, vectors: Int, isGated: Bool, computeUnits: Int
  ) -> WideTuning {
    var tuning = tile(vectors: vectors, isGated: isGated)
    if rows < 16 { tuning = WideTuning(mr: rows, nv: 4, rowTiles: 1) }
    let panels = ceilDivide(vectors, by: isGated ? tuning.nv / 2 : tuning.nv)
    let items = 8 * computeUnits
    let weightBytes = depth * panels * tuning.nv * Placement.vectorWidth * 4
    tuning.rowTiles = weightBytes <= 65_536 ? max(8, 32_768 / (depth * 4 * tuning.mr)) : 8
    while tuning.rowTiles > 1, ceilDivide(rows, by: tuning.mr * tuning.rowTiles) < items {
      tuning.rowTiles /= 2
    }
    if ceilDivide(rows, by: tuning.mr) < items / 2 {
      tuning.panels = min(4, max(1, panels * ceilDivide(rows, by: tuning.mr) / items))
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

  /// - Parameters:
  ///   - height, width: of the result.
  ///   - vectors: of the result, after the gate.
  ///   - depth: padded channels of the operand.
  static func convolution(
    _ op: Convolution, height: Int, width: Int, depth: Int, vectors: Int, isGated: Bool,
    computeUnits: Int
  ) -> ConvolutionTuning {
    var tile = tile(vectors: vectors, isGated: isGated)
    if op.stride == 1, tile.nv == 2 { tile.mr = 8 }
    let narrow = WideTuning(mr: 8, nv: 3, rowTiles: 1)
    if !isGated, op.stride == 1, narrow.share(width, vectors) > tile.share(width, vectors) {
      tile = narrow
    }
    tile.rowTiles = ceilDivide(width, by: tile.mr) > 1 ? 2 : 1
    var tuning = ConvolutionTuning(tile: tile, lines: min(4, height), chunk: min(depth, 256))
    if depth >= 640, height <= 32 {
      tuning.lines = min(8, height)
      tuning.sumsRowByRow = true
    }
    let panels = ceilDivide(vectors, by: isGated ? tile.nv / 2 : tile.nv)
    let items =
      ceilDivide(width, by: tile.mr * tile.rowTiles) * ceilDivide(height, by: tuning.lines)
    if items < 4 * computeUnits {
      tuning.tile.panels = max(1, panels * items / (4 * computeUnits))
    }
    return tuning
  }

  /// How much of the tiles that cover a line counts.
  private func share(_ width: Int, _ vectors: Int) -> Double {
    Double(width * vectors) / Double(roundUp(width, to: mr) * roundUp(vectors, to: nv))
  }

  /// The register tile: 24 accumulators and the vectors that feed them.
  static func tile(vectors: Int, isGated: Bool) -> WideTuning {
    let all = isGated ? 2 * vectors : vectors
    if all == 1 { return WideTuning(mr: 16, nv: 1, rowTiles: 1) }
    if all.isMultiple(of: 4) { return WideTuning(mr: 6, nv: 4, rowTiles: 1) }
    return all.isMultiple(of: 3) && !isGated
      ? WideTuning(mr: 8, nv: 3, rowTiles: 1) : WideTuning(mr: 12, nv: 2, rowTiles: 1)
  }
}

/// How the direct convolution cuts its work.
struct ConvolutionTuning {
  var tile: WideTuning
  /// Output rows of a work-item.
  var lines: Int
  /// Channels that are summed before the next come; decides the order of the sum.
  var chunk: Int
  /// Whether a tile is visited once for each row of the filter, which keeps fewer weights close.
  var sumsRowByRow = false

  func define(in program: inout ProgramText) {
    tile.define(in: &program)
    program.define("LINES", lines)
    program.define("CHUNK", chunk)
    if sumsRowByRow { program.define("TAP_ROWS", 1) }
  }
}
