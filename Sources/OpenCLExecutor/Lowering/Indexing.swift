import IR
import Tensors

/// Indices lie dense, as float32: f16 would not tell large ones apart.
extension Lowering {
  /// Rows of one table for all images.
  func lowerEmbedding(_ value: Graph.Value) throws {
    let operands = graph[value].operands
    let table = Placement.lanes(graph[operands[1]].shape, axis: 1)
    try emitGather(
      value, from: operands[1], table, at: operands[0], rows: table.rows,
      picked: graph[operands[0]].shape.count)
  }

  /// Pixels of every image's own map.
  func lowerGather(_ value: Graph.Value) throws {
    let operands = graph[value].operands
    let placement = Placement.standard(graph[operands[0]].shape)
    try emitGather(
      value, from: operands[0], placement, at: operands[1], rows: placement.rowsPerImage,
      picked: Placement.standard(graph[value].shape).rowsPerImage)
  }

  /// - Parameters:
  ///   - rows: rows of each table.
  ///   - picked: rows of the result that share a table.
  private func emitGather(
    _ value: Graph.Value, from table: Graph.Value, _ placement: Placement, at indices: Graph.Value,
    rows: Int, picked: Int
  ) throws {
    let x = try quantisedTable(table, as: placement) ?? operand(table, as: placement)
    let index = try operand(indices, as: .dense(graph[indices].shape))
    let result = Placement.standard(graph[value].shape)
    let y = define(value, result)
    let vectors = result.lanes / target.width
    emit(
      Step(
        program: ProgramText(file: "portable/indexing"), entry: "gather",
        arguments: [
          ("x", .read(x)), ("index", .read(index)), ("y", .write(y)), ("rows", .int(rows)),
          ("picked", .int(picked)), ("vectors", .int(vectors)),
        ],
        global: [result.rows * vectors], local: target.local(1), label: label(value)))
  }

  /// A quantised table as elements, which come row by row: it is too large to be unpacked whole
  /// beside them.
  private func quantisedTable(_ table: Graph.Value, as placement: Placement) throws -> Storage? {
    guard case .weight(let path) = graph[table].op, let format = weights.format(path) else {
      return nil
    }
    let (lanes, dtype) = (placement.lanes, target.dtype)
    return constant(quantised: table, form: "table of \(format) \(dtype)") { blocks in
      Constant(placement.rows * lanes, dtype: dtype) { target in
        nonisolated(unsafe) let target = target
        let size = 64
        try performConcurrently(ceilDivide(placement.rows, by: size)) { part in
          let rows = part * size..<min((part + 1) * size, placement.rows)
          try blocks(rows).forEachRow { row, elements in
            let start = (rows.lowerBound + row) * lanes
            for column in 0..<lanes {
              target[start + column] = column < elements.count ? elements[column] : 0
            }
          }
        }
      }
    }
  }

  func lowerArgmax(_ op: Argmax, _ value: Graph.Value) throws {
    let source = graph[value].operands[0]
    let placement = Placement.lanes(graph[source].shape, axis: op.axis)
    let x = try operand(source, as: placement)
    let y = define(value, .dense(graph[value].shape))
    emit(
      Step(
        program: ProgramText(file: "portable/indexing"), entry: "argmax",
        arguments: [
          ("x", .read(x)), ("y", .write(y)), ("channels", .int(placement.channels)),
          ("lanes", .int(placement.lanes)),
        ],
        global: [placement.rows], local: target.local(1), label: label(value)))
  }
}
