import IR
import Tensors

extension Lowering {
  /// Most rows of a work-group.
  private static let mostRows = 8
  /// Slices of the depth; they decide the order of the sum.
  private static let slices = 8

  /// A product whose weights a GPU reads as blocks: once for every few rows.
  func emitGPUProduct(_ group: Group, _ format: BlockFormat, _ source: Placement) throws {
    let result = resultPlacement(of: group)
    let (filters, weights, bias) = quantised(group, format, source, panelVectors: 1)
    let x = try normalizedRows(of: group, source)
    let y = defineRows(group.result, result)
    var program = ProgramText(file: "gpu/quantised")
    filters.define(in: &program)
    let rows = [1, 2, 4, Self.mostRows].first { $0 >= source.rows } ?? Self.mostRows
    program.define("ROWS", rows)
    program.define("SLICES", Self.slices)
    var arguments: [(name: String, value: Argument)] = [
      ("x", .read(x.storage)), ("w", .read(weights)), ("bias", .read(bias)),
      ("y", .write(y.storage)), ("rows", .int(source.rows)), ("depth", .int(source.channels)),
      ("rows_per_image", .int(source.rowsPerImage)),
    ]
    arguments += x.arguments("x") + y.arguments("y") + [("columns", .int(result.lanes))]
    arguments += try hooks(of: group, group.fold, source: source, result: result, in: &program)
    let local = Placement.vectorWidth * Self.slices
    emit(
      Step(
        program: program, entry: "product", arguments: arguments,
        global: [filters.map.panels * local, ceilDivide(source.rows, by: rows)], local: [local, 1],
        label: label(group.node), flops: flops(of: group)))
  }

  /// The rows of the operand after the normalization that the group took over, which every
  /// work-group would have to repeat.
  private func normalizedRows(of group: Group, _ source: Placement) throws -> Rows {
    guard let node = group.fold.normalization?.node,
      case .normalization(let op) = graph[node].op
    else { return try rows(of: group.source, as: source) }
    if rows(of: node) == nil { try lowerNormalization(op, node) }
    return try rows(of: node, as: source)
  }
}
