import IR
import Tensors

extension Lowering {
  /// Means of all windows: sums along the rows of pixels in float, then along the columns.
  func lowerLocalMean(_ op: LocalMean, _ value: Graph.Value) throws {
    let node = graph[value]
    let shape = graph[node.operands[0]].shape
    let placement = Placement.standard(shape)
    let vectors = placement.lanes / target.width
    let (rows, width) = (shape[0] * shape[2], node.shape[3])
    let x = try operand(node.operands[0], as: placement)
    let sums = allocate(byteCount: rows * width * placement.lanes * 4)
    emit(
      Step(
        program: ProgramText(file: "portable/local_mean"), entry: "across",
        arguments: [
          ("x", .read(x)), ("sums", .write(sums)), ("extent", .int(shape[3])),
          ("window", .int(op.width)), ("vectors", .int(vectors)),
        ],
        global: [vectors, rows], local: target.local(2), label: label(value),
        flops: flops(value)))
    var program = ProgramText(file: "portable/local_mean")
    program.define("ITEM", Self.vectorsHeld)
    let y = define(value, .standard(node.shape))
    emit(
      Step(
        program: program, entry: "down",
        arguments: [
          ("sums", .write(sums)), ("y", .write(y)), ("extent", .int(shape[2])),
          ("window", .int(op.height)), ("vectors", .int(width * vectors)),
          ("pixels", .int(op.height * op.width)),
        ],
        global: [ceilDivide(width * vectors, by: Self.vectorsHeld), shape[0]],
        local: target.local(2), label: label(value)))
  }

  /// Neighbouring vectors that one work-item sums down the columns: a few cache lines of each row.
  private static let vectorsHeld = 4
}
