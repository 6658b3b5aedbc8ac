import Tensors

/// How the tiled kernels cut their work. None of it changes a bit of the result.
struct TiledTuning: Hashable {
  /// Output pixels and packed columns of a work-group.
  var groupRows: Int
  var groupColumns: Int
  /// Rows and columns of a work-item.
  var itemRows: Int
  var itemColumns: Int
  /// Channels of a slice in local memory.
  var depth = 16

  /// Work-items of a group.
  var groupSize: Int { groupRows / itemRows * (groupColumns / itemColumns) }

  /// Vectors of 16 columns in a panel of packed weights.
  var panelVectors: Int { groupColumns / Placement.vectorWidth }

  func define(in program: inout ProgramText) {
    program.define("BM", groupRows)
    program.define("BN", groupColumns)
    program.define("BK", depth)
    program.define("TM", itemRows)
    program.define("TN", itemColumns)
  }

  /// The largest tile that still gives every compute unit a few groups.
  /// - Parameters:
  ///   - rows: output pixels of one image.
  ///   - columns: packed columns before they are cut into panels.
  static func convolution(
    rows: Int, columns: Int, isGated: Bool, computeUnits: Int
  ) -> TiledTuning {
    let candidates = isGated ? gatedTiles : tiles
    return candidates.first { tile in
      let waste = roundUp(columns, to: tile.groupColumns) - columns
      let groups = ceilDivide(rows, by: tile.groupRows) * ceilDivide(columns, by: tile.groupColumns)
      return waste * 4 <= columns && groups >= 2 * computeUnits
    } ?? candidates[candidates.count - 1]
  }

  private static let tiles = [
    TiledTuning(groupRows: 128, groupColumns: 128, itemRows: 8, itemColumns: 8),
    TiledTuning(groupRows: 128, groupColumns: 96, itemRows: 8, itemColumns: 8),
    TiledTuning(groupRows: 128, groupColumns: 64, itemRows: 8, itemColumns: 8),
    TiledTuning(groupRows: 128, groupColumns: 48, itemRows: 8, itemColumns: 4),
    TiledTuning(groupRows: 64, groupColumns: 64, itemRows: 4, itemColumns: 8),
    TiledTuning(groupRows: 64, groupColumns: 32, itemRows: 4, itemColumns: 4),
    TiledTuning(groupRows: 64, groupColumns: 16, itemRows: 4, itemColumns: 4),
    TiledTuning(groupRows: 32, groupColumns: 32, itemRows: 4, itemColumns: 4),
  ]
  /// Their work-items have columns in both halves.
  private static let gatedTiles = [
    TiledTuning(groupRows: 128, groupColumns: 128, itemRows: 8, itemColumns: 8),
    TiledTuning(groupRows: 128, groupColumns: 64, itemRows: 8, itemColumns: 8),
    TiledTuning(groupRows: 64, groupColumns: 64, itemRows: 4, itemColumns: 8),
    TiledTuning(groupRows: 32, groupColumns: 32, itemRows: 4, itemColumns: 8),
  ]
}

/// How the other tiled kernels cut their work. A team's size decides the order of a sum, so it
/// depends on the row alone.
enum TiledTeams {
  /// Work-items of a group whose teams each own a row.
  static let rowThreads = 128
  /// Channel vectors of a depthwise group, its output columns and rows.
  static let depthwiseVectors = 4
  static let depthwiseSpan = 32
  static let depthwiseRows = 8
  /// Channel vectors of a pooling group, their members, and the rows of a part.
  static let poolVectors = 4
  static let poolTeam = 32
  static let poolRows = 1024

  /// Work-items that share a row of `lanes` elements: the more, the longer it is.
  static func rowTeam(lanes: Int) -> Int {
    lanes <= 64 ? 8 : lanes <= 512 ? 32 : rowThreads
  }
}
