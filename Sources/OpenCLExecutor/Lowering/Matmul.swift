import IR
import Tensors

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
    var program = ProgramText(file: "portable/matmul")
    program.define("TRANSPOSES_FIRST", op.transposesFirst ? 1 : 0)
    program.define("TRANSPOSES_SECOND", op.transposesSecond ? 1 : 0)
    let rank = node.shape.rank
    let rows = node.shape[rank - 2]
    let first = placements[0].shape
    let depth = op.transposesFirst ? first[rank - 2] : first[rank - 1]
    if target.family == .gpu {
      return emitGPUMatmul(
        op, value,
        MatmulOperands(
          a: a, b: b, aLanes: placements[0].lanes, bLanes: placements[1].lanes, rows: rows,
          depth: depth, columns: result.channels),
        y: y, result)
    }
    let vectors = result.lanes / target.width
    emit(
      Step(
        program: program, entry: "matmul",
        arguments: [
          ("a", .read(a)), ("b", .read(b)), ("y", .write(y)), ("rows", .int(rows)),
          ("depth", .int(depth)), ("columns", .int(result.channels)),
          ("a_lanes", .int(placements[0].lanes)), ("b_lanes", .int(placements[1].lanes)),
          ("vectors", .int(vectors)),
        ],
        global: [rows * vectors, result.rows / rows], local: target.local(2), label: label(value),
        flops: flops(value)))
  }
}
