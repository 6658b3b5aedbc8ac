import Tensors

/// How gpu/matrix_depthwise.cl cuts its work. It changes no bit of a result, and whether the kernel
/// has a pair of convolutions depends on the device and their channels alone.
struct ExpandedDepthwiseTile {
  static let kernel = (file: "gpu/matrix_depthwise", entry: "matrix_depthwise")
  /// Pixels of a group, and packed columns of a panel.
  static let lines = 8
  static let span = 16
  static let panelVectors = 2
  /// The most channels of the operand, with padding, with which two groups have room for their
  /// registers on a compute unit; with one alone products and filters wait for each other.
  private static let widest = 96
  /// Times 16 pixels whose channels 32 work-items hold.
  private static let runTiles = 2
  private static let rows = (lines + 2) * (span + 2)

  /// Channels of the operand, with padding.
  let depth: Int

  /// - Parameter depth: channels of the operand, with padding.
  /// - Returns: nil where there are too many of them.
  init?(depth: Int) {
    guard depth <= Self.widest else { return nil }
    self.depth = depth
  }

  var groupSize: Int { ceilDivide(Self.rows, by: 16) / Self.runTiles * 32 }
  /// Two panels of what lies between, the pixels of one a little apart.
  var localBytes: Int { 2 * Self.rows * (Self.panelVectors * Placement.vectorWidth + 8) * 2 }

  func define(in program: inout ProgramText) {
    program.define("DEPTH", depth)
    program.define("LINES", Self.lines)
    program.define("SPAN", Self.span)
    program.define("BN", Self.panelVectors * Placement.vectorWidth)
    program.define("TILES", Self.runTiles)
  }

  /// Tiles of images of this shape (N, C, H, W).
  static func tiles(of shape: Shape) -> Int {
    shape[0] * ceilDivide(shape[2], by: lines) * ceilDivide(shape[3], by: span)
  }

  /// Panels of a group: as many as let the compute unit that has most to do be done first, two
  /// groups running at once and the operand of a group taking as long as a panel.
  static func groupPanels(of panels: Int, tiles: Int, units: Int) -> Int {
    func cost(_ count: Int) -> Int {
      ceilDivide(tiles * ceilDivide(panels, by: count), by: 2 * units) * (count + 1)
    }
    return (1...panels).min { (cost($0), -$0) < (cost($1), -$1) }!
  }
}
