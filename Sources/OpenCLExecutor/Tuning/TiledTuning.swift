import Tensors

/// How a tiled convolution cuts its work. None of it changes a bit of the result.
protocol ConvolutionTile {
  /// The kernel that works in such tiles.
  static var kernel: (file: String, entry: String) { get }
  /// Output pixels and packed columns of a work-group.
  var groupRows: Int { get }
  var groupColumns: Int { get }
  /// Work-items of a group.
  var groupSize: Int { get }
  /// Whether the two halves of a gated panel meet in one work-item.
  var allowsGate: Bool { get }

  func define(in program: inout ProgramText)
}

extension ConvolutionTile {
  /// Vectors of 16 columns in a panel of packed weights.
  var panelVectors: Int { groupColumns / Placement.vectorWidth }

  /// The first of the tiles, larger ones coming first, that wastes little and still gives every
  /// compute unit a few groups.
  /// - Parameters:
  ///   - rows: output pixels of one image.
  ///   - columns: packed columns before they are cut into panels.
  static func choice(
    among tiles: [Self], rows: Int, columns: Int, isGated: Bool, computeUnits: Int
  ) -> Self {
    let candidates = tiles.filter { $0.allowsGate || !isGated }
    return candidates.first { tile in
      let waste = roundUp(columns, to: tile.groupColumns) - columns
      let groups = ceilDivide(rows, by: tile.groupRows) * ceilDivide(columns, by: tile.groupColumns)
      return waste * 4 <= columns && groups >= 2 * computeUnits
    } ?? candidates[candidates.count - 1]
  }
}

/// A tile of tiled/convolution.cl.
struct FloatTile: ConvolutionTile {
  static let kernel = (file: "tiled/convolution", entry: "convolution")

  var groupRows: Int
  var groupColumns: Int
  /// Rows and columns of a work-item.
  var itemRows: Int
  var itemColumns: Int

  var groupSize: Int { groupRows / itemRows * (groupColumns / itemColumns) }
  var allowsGate: Bool { itemColumns.isMultiple(of: 8) }

  func define(in program: inout ProgramText) {
    program.define("BM", groupRows)
    program.define("BN", groupColumns)
    program.define("TM", itemRows)
    program.define("TN", itemColumns)
  }

  static let all = [
    FloatTile(groupRows: 128, groupColumns: 128, itemRows: 8, itemColumns: 8),
    FloatTile(groupRows: 128, groupColumns: 96, itemRows: 8, itemColumns: 8),
    FloatTile(groupRows: 128, groupColumns: 64, itemRows: 8, itemColumns: 8),
    FloatTile(groupRows: 128, groupColumns: 48, itemRows: 8, itemColumns: 4),
    FloatTile(groupRows: 64, groupColumns: 64, itemRows: 4, itemColumns: 8),
    FloatTile(groupRows: 64, groupColumns: 32, itemRows: 4, itemColumns: 4),
    FloatTile(groupRows: 64, groupColumns: 16, itemRows: 4, itemColumns: 4),
    FloatTile(groupRows: 32, groupColumns: 32, itemRows: 4, itemColumns: 8),
  ]
}

/// A tile of tiled/matrix_convolution.cl.
struct MatrixTile: ConvolutionTile {
  static let kernel = (file: "tiled/matrix_convolution", entry: "matrix_convolution")

  var groupRows: Int
  var groupColumns: Int
  /// Rows and columns of a run of 32 work-items.
  var runRows: Int
  var runColumns: Int
  /// Depths of a slice in local memory, and how many slices are there.
  var depth: Int
  var stages: Int

  var groupSize: Int { groupRows / runRows * (groupColumns / runColumns) * 32 }
  var allowsGate: Bool { runColumns.isMultiple(of: 32) }

  func define(in program: inout ProgramText) {
    program.define("BM", groupRows)
    program.define("BN", groupColumns)
    program.define("BK", depth)
    program.define("WM", runRows)
    program.define("WN", runColumns)
    program.define("STAGES", stages)
  }

  static let all = [
    MatrixTile(
      groupRows: 128, groupColumns: 128, runRows: 64, runColumns: 64, depth: 32, stages: 3),
    MatrixTile(
      groupRows: 128, groupColumns: 96, runRows: 64, runColumns: 48, depth: 32, stages: 3),
    MatrixTile(
      groupRows: 128, groupColumns: 64, runRows: 64, runColumns: 32, depth: 32, stages: 4),
    MatrixTile(
      groupRows: 128, groupColumns: 48, runRows: 32, runColumns: 48, depth: 32, stages: 4),
    MatrixTile(groupRows: 64, groupColumns: 64, runRows: 32, runColumns: 32, depth: 32, stages: 4),
    MatrixTile(groupRows: 64, groupColumns: 32, runRows: 32, runColumns: 16, depth: 32, stages: 4),
    MatrixTile(groupRows: 64, groupColumns: 16, runRows: 16, runColumns: 16, depth: 32, stages: 4),
    MatrixTile(groupRows: 32, groupColumns: 32, runRows: 16, runColumns: 32, depth: 32, stages: 4),
  ]
}
