import IR
import Tensors

/// Matrices of a batched product as they lie.
struct MatmulOperands {
  let a, b: Storage
  let aLanes, bLanes: Int
  let rows, depth, columns: Int
}

extension Lowering {
  /// Batched products of values; both operands lie with their last axis innermost.
  func lowerMatmul(_ op: Matmul, _ value: Graph.Value) throws {
    let node = graph[value]
    let placements = node.operands.map {
      Placement.lanes(graph[$0].shape, axis: graph[$0].shape.rank - 1)
    }
    let a = try operand(node.operands[0], as: placements[0])
    let b = try operand(node.operands[1], as: placements[1])
    let result = Placement.lanes(node.shape, axis: node.shape.rank - 1)
    let y = define(value, result)
    let rank = node.shape.rank
    let rows = node.shape[rank - 2]
    let first = placements[0].shape
    let depth = op.transposesFirst ? first[rank - 2] : first[rank - 1]
    let operands = MatmulOperands(
      a: a, b: b, aLanes: placements[0].lanes, bLanes: placements[1].lanes, rows: rows,
      depth: depth, columns: result.channels)
    switch target.family {
    case .cpu: emitMatmul(op, value, operands, y: y, result)
    case .gpu: emitGPUMatmul(op, value, operands, y: y, result)
    }
  }

  private func emitMatmul(
    _ op: Matmul, _ value: Graph.Value, _ operands: MatmulOperands, y: Storage, _ result: Placement
  ) {
    var program = ProgramText(file: "portable/matmul")
    program.define("TRANSPOSES_FIRST", op.transposesFirst ? 1 : 0)
    program.define("TRANSPOSES_SECOND", op.transposesSecond ? 1 : 0)
    let vectors = result.lanes / target.width
    emit(
      Step(
        program: program, entry: "matmul",
        arguments: [
          ("a", .read(operands.a)), ("b", .read(operands.b)), ("y", .write(y)),
          ("rows", .int(operands.rows)), ("depth", .int(operands.depth)),
          ("columns", .int(operands.columns)), ("a_lanes", .int(operands.aLanes)),
          ("b_lanes", .int(operands.bLanes)),
          ("vectors", .int(vectors)),
        ],
        global: [operands.rows * vectors, result.rows / operands.rows], local: target.local(2),
        label: label(value), flops: flops(value)))
  }
}
