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
  /// Products that a compute unit forms while it brings an element to local memory.
  static var productsPerElement: Int { get }
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

  /// The tile with which the compute unit that has most to do is done first, of those that the
  /// device can hold; of equals the largest.
  static func choice(_ work: TiledWork, for target: Target) -> Self {
    let allowed = choices.map { Self(target.tuning[$0]) }.filter { $0.allowsGate || !work.isGated }
    let held = allowed.filter { $0.fits(target) }
    let candidates = held.isEmpty ? Array(allowed.suffix(1)) : held
    let costs = candidates.map { $0.cost(of: work, units: target.device.computeUnits) }
    return zip(candidates, costs).min { $0.1 < $1.1 }!.0
  }

  /// What a unit with the most groups does for each depth of the sum, in elements that are copied
  /// to local memory: those of both operands, the products, or what is done to one operand on its
  /// way, whichever is most, and of each an eighth that nothing else hides; and the sums of
  /// normalized rows, whose loads wait for each other. In eighths.
  private func cost(of work: TiledWork, units: Int) -> Int {
    let groups =
      work.blocks(of: groupRows) * ceilDivide(work.columns, by: groupColumns) * work.parts
    let parts = [
      groupRows + groupColumns, groupRows * groupColumns / Self.productsPerElement,
      groupRows * work.operandCost,
    ]
    let sums = work.isNormalized ? 800 * ceilDivide(8 * groupRows, by: groupSize) : 0
    return ceilDivide(groups, by: units) * (8 * parts.max()! + parts.reduce(sums, +))
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
  static let productsPerElement = 15

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
  static let productsPerElement = 80

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
  static let productsPerElement = 100

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
