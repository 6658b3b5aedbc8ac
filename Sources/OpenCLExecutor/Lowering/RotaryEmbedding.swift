import IR
import Tensors

extension Lowering {
  /// Positions lie dense, as float32.
  func lowerRotaryEmbedding(_ op: RotaryEmbedding, _ value: Graph.Value) throws {
    let operands = graph[value].operands
    let placement = Placement.standard(graph[value].shape)
    let x = try operand(operands[0], as: placement)
    let positions = try operand(operands[1], as: .dense(graph[operands[1]].shape))
    let depth = placement.channels / op.heads
    let frequencies = constant(Constant(op.frequencies(depth: depth)))
    let y = define(value, placement)
    var program = ProgramText(file: "portable/rotary_embedding")
    program.define("INTERLEAVED", op.isInterleaved ? 1 : 0)
    emit(
      Step(
        program: program, entry: "rotary_embedding",
        arguments: [
          ("x", .read(x)), ("positions", .read(positions)), ("frequencies", .read(frequencies)),
          ("y", .write(y)), ("channels", .int(placement.channels)), ("depth", .int(depth)),
        ],
        global: [placement.lanes / target.width, placement.rows], local: target.local(2),
        label: label(value), flops: flops(value)))
  }

  /// A copy of all tokens, then the rows over it.
  func lowerInsertion(_ value: Graph.Value) throws {
    let operands = graph[value].operands
    let placement = Placement.standard(graph[value].shape)
    let source = Placement.standard(graph[operands[1]].shape)
    let rows = try operand(operands[1], as: source)
    let starts = try operand(operands[2], as: .dense(graph[operands[2]].shape))
    let y: Storage
    if let kept = keptPlace(of: value) {
      y = kept
      place(value, placement, y)
    } else {
      y = define(value, placement)
      try copy(operands[0], to: placement, y)
    }
    emit(
      Step(
        program: ProgramText(file: "portable/indexing"), entry: "insert",
        arguments: [
          ("rows", .read(rows)), ("starts", .read(starts)), ("y", .write(y)),
          ("count", .int(source.rowsPerImage)), ("tokens", .int(placement.rowsPerImage)),
          ("vectors", .int(placement.lanes / target.width)),
        ],
        global: [source.rows * placement.lanes / target.width], local: target.local(1),
        label: label(value)))
  }
}
