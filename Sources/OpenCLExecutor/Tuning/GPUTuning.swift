import Tensors

/// How a GPU convolution cuts its work. None of it changes a bit of the result.
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
  /// Bytes of local memory of a group.
  var localBytes: Int { get }

  /// The choices of such tiles, larger ones first.
  static var choices: [Choice] { get }
  /// - Parameter extents: a value of one of the choices.
  init(_ extents: [Int])

  /// How the kernel wants its panels of weights [panel][depth][column]; nil: as they are.
  var packing: ((ColumnMap.Filters) -> PanelPacking)? { get }
  /// What gpu/channel_attention.cl calls that packing, and what it makes the depths of a panel a
  /// multiple of.
  var mixedPacking: (number: Int, depths: Int) { get }

  /// Bytes of local memory that a group may have.
  static func localLimit(of target: Target) -> Int
  func define(in program: inout ProgramText)
}

extension ConvolutionTile {
  static func localLimit(of target: Target) -> Int { target.device.localMemory }
}

extension ConvolutionTile {
  /// Vectors of 16 columns in a panel of packed weights.
  var panelVectors: Int { groupColumns / Placement.vectorWidth }

  /// The first of the tiles that the device can hold, larger ones coming first, that wastes little
  /// and still gives every compute unit a few groups.
  /// - Parameters:
  ///   - rows: output pixels of one image.
  ///   - columns: packed columns before they are cut into panels.
  static func choice(
    rows: Int, columns: Int, isGated: Bool, for target: Target
  ) -> Self {
    let row = target.tuning
    let groupsWanted = row.number(.groupsPerUnit) * target.device.computeUnits
    let allowed = choices.map { Self(row[$0]) }.filter { $0.allowsGate || !isGated }
    let held = allowed.filter { $0.fits(target) }
    let candidates = held.isEmpty ? Array(allowed.suffix(1)) : held
    return candidates.first { tile in
      let waste = roundUp(columns, to: tile.groupColumns) - columns
      let groups = ceilDivide(rows, by: tile.groupRows) * ceilDivide(columns, by: tile.groupColumns)
      return waste * row.number(.tileWaste) <= columns && groups >= groupsWanted
    } ?? candidates[candidates.count - 1]
  }

  /// Whether the device has the local memory and the work-items for a group, and its compiler has
  /// not said otherwise.
  private func fits(_ target: Target) -> Bool {
    var program = ProgramText(file: Self.kernel.file)
    define(in: &program)
    return localBytes <= Self.localLimit(of: target)
      && groupSize <= target.device.largestWorkGroup && !target.oversized.hold(program)
  }
}

/// A tile of gpu/convolution.cl.
struct FloatTile: ConvolutionTile {
  static let kernel = (file: "gpu/convolution", entry: "convolution")
  static let choices = Choice.floatTiles

  let groupRows: Int
  let groupColumns: Int
  /// Rows and columns of a work-item.
  let itemRows: Int
  let itemColumns: Int

  init(_ extents: [Int]) {
    (groupRows, groupColumns) = (extents[0], extents[1])
    (itemRows, itemColumns) = (extents[2], extents[3])
  }

  var groupSize: Int { groupRows / itemRows * (groupColumns / itemColumns) }
  var allowsGate: Bool { itemColumns.isMultiple(of: 8) }
  /// Two slices of 16 channels, the rows of one a little apart.
  var localBytes: Int { 2 * 16 * (groupRows + 4 + groupColumns) * 4 }
  var packing: ((ColumnMap.Filters) -> PanelPacking)? { nil }
  var mixedPacking: (number: Int, depths: Int) { (0, 1) }

  func define(in program: inout ProgramText) {
    program.define("BM", groupRows)
    program.define("BN", groupColumns)
    program.define("TM", itemRows)
    program.define("TN", itemColumns)
  }
}

/// A tile of gpu/matrix_convolution.cl.
struct MatrixTile: ConvolutionTile {
  static let kernel = (file: "gpu/matrix_convolution", entry: "matrix_convolution")
  static let choices = Choice.matrixTiles

  let groupRows: Int
  let groupColumns: Int
  /// Rows and columns of a run of 32 work-items.
  let runRows: Int
  let runColumns: Int
  /// Depths of a slice in local memory, and how many slices are there.
  let depth: Int
  let stages: Int

  init(_ extents: [Int]) {
    (groupRows, groupColumns) = (extents[0], extents[1])
    (runRows, runColumns) = (extents[2], extents[3])
    (depth, stages) = (extents[4], extents[5])
  }

  var groupSize: Int { groupRows / runRows * (groupColumns / runColumns) * 32 }
  var allowsGate: Bool { runColumns.isMultiple(of: 32) }
  var localBytes: Int { stages * depth * (groupRows + groupColumns) * 2 }
  var packing: ((ColumnMap.Filters) -> PanelPacking)? { PanelPacking.fragments }
  var mixedPacking: (number: Int, depths: Int) { (1, 16) }

  func define(in program: inout ProgramText) {
    program.define("BM", groupRows)
    program.define("BN", groupColumns)
    program.define("BK", depth)
    program.define("WM", runRows)
    program.define("WN", runColumns)
    program.define("STAGES", stages)
  }
}

/// A tile of gpu/warpgroup_convolution.cl.
struct WarpgroupTile: ConvolutionTile {
  static let kernel = (file: "gpu/warpgroup_convolution", entry: "warpgroup_convolution")
  static let choices = Choice.warpgroupTiles

  let groupRows: Int
  let groupColumns: Int
  /// Depths of a slice in local memory, and how many slices are there.
  let depth: Int
  let stages: Int

  init(_ extents: [Int]) {
    (groupRows, groupColumns) = (extents[0], extents[1])
    (depth, stages) = (extents[2], extents[3])
  }

  /// A warpgroup of 128 work-items has 64 rows.
  var groupSize: Int { groupRows * 2 }
  var allowsGate: Bool { groupColumns.isMultiple(of: 32) }
  var localBytes: Int { stages * depth * (groupRows + groupColumns) * 2 }
  /// What the probe found; a device tells what it has for kernels of plain sm_90.
  static func localLimit(of target: Target) -> Int { target.features.warpgroupBytes }
  var packing: ((ColumnMap.Filters) -> PanelPacking)? {
    { PanelPacking.slices($0, depth: depth) }
  }
  var mixedPacking: (number: Int, depths: Int) { (2, depth) }

  func define(in program: inout ProgramText) {
    program.define("BM", groupRows)
    program.define("BN", groupColumns)
    program.define("BK", depth)
    program.define("STAGES", stages)
  }
}
