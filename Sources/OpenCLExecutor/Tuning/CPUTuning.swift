import IR
import Tensors

/// How the CPU kernels cut their work: rules on the shape of one image and the number of
/// cores, with the values of the tuning. None of it changes a bit of the result.
struct CPUTuning {
  /// Rows of a register tile.
  var mr: Int
  /// Vectors of a register tile.
  var nv: Int
  /// Tiles of a work-item.
  var rowTiles = 1
  /// Panels of a work-item; 0 for all.
  var panels = 0

  /// Widest filter of the depthwise kernel, in taps.
  static let widestDepthwise = 7

  init(mr: Int, nv: Int) { (self.mr, self.nv) = (mr, nv) }

  /// - Parameter extents: rows and vectors of a register tile.
  private init(_ extents: [Int]) { self.init(mr: extents[0], nv: extents[1]) }

  /// Bytes of an image's result from which on a store past the caches pays.
  static func streamed(_ choice: Choice, for target: Target) -> Int {
    let limit = target.tuning.number(choice)
    return limit == 0 ? .max : limit << 20
  }

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
  static func depthwiseRows(_ band: Int?, for target: Target) -> Int {
    let rows = target.tuning.number(.depthwiseRows)
    return band.map { min(rows, max(1, $0 / (4 * target.device.computeUnits))) } ?? rows
  }

  func define(in program: inout ProgramText) {
    program.define("MR", mr)
    program.define("NV", nv)
  }

  /// Rows of a work-item.
  var itemRows: Int { mr * rowTiles }

  /// Panels of a work-item, of so many that there are.
  func itemPanels(of all: Int) -> Int { panels == 0 ? all : panels }

  /// The depth that a product's program for `depth` is compiled for: one of few, since programs
  /// take far longer to compile than larger private memory takes to leave unused. Tall tiles of
  /// shallow rows want them close.
  func depthLimit(_ depth: Int) -> Int {
    var limit = nv < 4 ? 64 : 256
    while limit < depth { limit *= limit < 256 ? 4 : 2 }
    return limit
  }

  /// Most tiles of a work-item of a product's program.
  func mostTiles(depthLimit: Int, _ row: TuningRow) -> Int {
    max(row.number(.itemTiles), (row.number(.residentRows) << 10) / (depthLimit * mr))
  }

  /// - Parameters:
  ///   - rows: of one image.
  ///   - depth: padded channels of the operand.
  ///   - vectors: of the result, after the gate.
  static func gemm(
    rows: Int, depth: Int, vectors: Int, isGated: Bool, for target: Target
  ) -> CPUTuning {
    let row = target.tuning
    var tuning =
      rows == 1
      ? CPUTuning(mr: 1, nv: 4) : tile(vectors: vectors, isGated: isGated, row)
    let panels = ceilDivide(vectors, by: isGated ? tuning.nv / 2 : tuning.nv)
    let items = row.number(.itemsPerUnit) * target.device.computeUnits
    let weightBytes = depth * panels * tuning.nv * Placement.vectorWidth * 4
    tuning.rowTiles = row.number(.itemTiles)
    if weightBytes <= row.number(.residentWeights) << 10 {
      let resident = (row.number(.residentRows) << 10) / (depth * 4 * tuning.mr)
      let most = tuning.mostTiles(depthLimit: tuning.depthLimit(depth), row)
      tuning.rowTiles = min(max(tuning.rowTiles, resident), most)
    }
    while tuning.rowTiles > 1, ceilDivide(rows, by: tuning.mr * tuning.rowTiles) < items {
      tuning.rowTiles /= 2
    }
    if ceilDivide(rows, by: tuning.mr) < items / 2 {
      tuning.panels = min(4, max(1, panels * ceilDivide(rows, by: tuning.mr) / items))
    }
    return tuning
  }

  /// A product whose weights are unpacked once for all tiles of a work-item. How wide a panel is
  /// does not depend on the rows.
  /// - Parameters:
  ///   - rows: of all images.
  ///   - vectors: of the result.
  static func quantised(rows: Int, vectors: Int, for target: Target) -> CPUTuning {
    let nv = vectors.isMultiple(of: 4) ? 4 : 2
    return CPUTuning(mr: min(rows, nv == 4 ? 6 : 12), nv: nv).sharingWeights(
      rows: rows, vectors: vectors, mostTiles: target.tuning.number(.itemTiles), for: target)
  }

  /// Most rows of a work-item of a product in whole numbers.
  static let integerRows = 48

  /// A product in whole numbers, whose weights are unpacked once for all tiles of a work-item. A
  /// panel is as wide for one row as for many.
  /// - Parameters:
  ///   - rows: of all images.
  ///   - vectors: of the result.
  static func integer(rows: Int, vectors: Int, for target: Target) -> CPUTuning {
    // Sums of 12 rows by two vectors fill 32 registers of 16 numbers, of two rows 16 of eight.
    let mr = min(rows, target.device.vectorFloats < 16 ? 2 : 12)
    return CPUTuning(mr: mr, nv: 2).sharingWeights(
      rows: rows, vectors: vectors, mostTiles: integerRows / mr, for: target)
  }

  /// Items of as many rows as there may be, and of so many panels that every core has enough items.
  private func sharingWeights(
    rows: Int, vectors: Int, mostTiles: Int, for target: Target
  ) -> CPUTuning {
    var tuning = self
    tuning.rowTiles = min(ceilDivide(rows, by: mr), mostTiles)
    let items = target.tuning.number(.itemsPerUnit) * target.device.computeUnits
    let cuts = max(1, items / ceilDivide(rows, by: tuning.itemRows))
    tuning.panels = ceilDivide(ceilDivide(vectors, by: nv), by: cuts)
    return tuning
  }

  /// Keys, then channels, by vectors of queries.
  static func attention(_ row: TuningRow) -> CPUTuning { CPUTuning(row[.attentionTile]) }

  /// The same within windows: with the fewest rows beyond the channels of a head.
  static func windowAttention(channels: Int, _ row: TuningRow) -> CPUTuning {
    var tuning = CPUTuning(row[.windowTile])
    let (most, least) = (tuning.mr, tuning.mr - 2)
    tuning.mr =
      (least...most).reversed().min { roundUp(channels, to: $0) < roundUp(channels, to: $1) }
      ?? most
    return tuning
  }

  /// Products of the channels of a head with each other.
  static func gram(channels: Int, for target: Target) -> CPUTuning {
    let vectors = ceilDivide(channels, by: Placement.vectorWidth)
    var tuning = tile(vectors: vectors, isGated: false, target.tuning)
    tuning.panels = ceilDivide(vectors, by: tuning.nv)
    return tuning
  }

  /// Pixels whose products are summed apart: decides the order of the sum, and so depends on the
  /// size of the image alone.
  static func gramRows(of pixels: Int) -> Int { max(512, ceilDivide(pixels, by: 256)) }

  /// The register tile for a result of so many vectors.
  static func tile(vectors: Int, isGated: Bool, _ row: TuningRow) -> CPUTuning {
    let all = isGated ? 2 * vectors : vectors
    if all == 1 { return CPUTuning(row[.singleTile]) }
    // A gate joins the halves of a panel.
    if all.isMultiple(of: 4), !isGated || row[.quadTile][1].isMultiple(of: 2) {
      return CPUTuning(row[.quadTile])
    }
    return CPUTuning(row[all.isMultiple(of: 3) && !isGated ? .tripleTile : .pairTile])
  }

  /// The register tile for products of few rows of an image; nil for more.
  static func few(rows: Int, _ row: TuningRow) -> CPUTuning? {
    rows <= 4 ? CPUTuning(row[.lowTile]) : rows <= 16 ? CPUTuning(row[.shortTile]) : nil
  }

  /// The register tile of a direct convolution.
  /// - Parameters:
  ///   - width: of the result.
  ///   - vectors: of the result, after the gate.
  fileprivate static func directTile(
    _ op: Convolution, width: Int, vectors: Int, isGated: Bool, _ row: TuningRow
  ) -> CPUTuning {
    let tile = tile(vectors: vectors, isGated: isGated, row)
    guard op.stride == 1 else { return tile }
    let joins = row[.directTile][1].isMultiple(of: 2)  // the halves of a gate
    let pair = CPUTuning(row[isGated && !joins ? .pairTile : .directTile])
    if tile.nv == 2 || width <= 2 * pair.mr { return pair }
    let narrow = CPUTuning(row[.tripleTile])
    return !isGated && narrow.share(width, vectors) > tile.share(width, vectors) ? narrow : tile
  }

  /// How much of the tiles that cover a line counts.
  private func share(_ width: Int, _ vectors: Int) -> Double {
    Double(width * vectors) / Double(roundUp(width, to: mr) * roundUp(vectors, to: nv))
  }
}

/// How the direct convolution cuts its work.
struct ConvolutionTuning {
  var tile: CPUTuning
  /// Output rows of a work-item.
  let lines: Int
  /// Channels that are summed before the next come; decides the order of the sum.
  let chunk: Int
  /// Whether a tile is visited once for each row of the filter, which keeps fewer weights close.
  let sumsRowByRow: Bool

  /// - Parameters:
  ///   - height, width: of the result.
  ///   - vectors: of the result, after the gate.
  ///   - depth: padded channels of the operand.
  init(
    _ op: Convolution, height: Int, width: Int, depth: Int, vectors: Int, isGated: Bool,
    for target: Target
  ) {
    let row = target.tuning
    tile = CPUTuning.directTile(op, width: width, vectors: vectors, isGated: isGated, row)
    tile.rowTiles = 2
    sumsRowByRow = depth >= 640 && height <= 32
    lines = row.number(sumsRowByRow ? .deepLines : .directLines)
    chunk = depth <= 32 && op.stride == 1 ? 32 : depth <= 64 ? 64 : 128
    let panels = ceilDivide(vectors, by: isGated ? tile.nv / 2 : tile.nv)
    let items = ceilDivide(width, by: tile.mr * tile.rowTiles) * ceilDivide(height, by: lines)
    let wanted = 4 * target.device.computeUnits
    if items < wanted { tile.panels = max(1, panels * items / wanted) }
  }

  func define(in program: inout ProgramText) {
    tile.define(in: &program)
    program.define("ROW_TILES", tile.rowTiles)
    program.define("LINES", lines)
    program.define("CHUNK", chunk)
    if sumsRowByRow { program.define("TAP_ROWS", 1) }
  }
}
