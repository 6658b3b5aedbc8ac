import IR
import Tensors

extension Lowering {
  /// Attention over the pixels of feature maps, whose channels are innermost.
  func lowerAttention(_ op: Attention, _ value: Graph.Value) throws {
    let operands = graph[value].operands
    let placements = operands.prefix(3).map { Placement.standard(graph[$0].shape) }
    let inputs = try zip(operands, placements).map { try operand($0, as: $1) }
    let shape = graph[value].shape
    let result = Placement.standard(shape)
    var program = ProgramText(file: "portable/attention")
    program.define("HEAD", placements[0].channels / op.heads)
    program.define("HEAD_VALUE", result.channels / op.heads)
    program.define("CAUSAL", op.isCausal ? 1 : 0)
    program.define("MASKED", operands.count > 3 ? 1 : 0)
    var arguments: [(name: String, value: Argument)] = [
      ("q", .read(inputs[0])), ("k", .read(inputs[1])), ("v", .read(inputs[2])),
    ]
    if operands.count > 3 {
      let mask = try operand(operands[3], as: .dense(graph[operands[3]].shape))
      arguments.append(("mask", .read(mask)))
    }
    let y = define(value, result)
    arguments += [
      ("y", .write(y)), ("keys", .int(placements[1].rowsPerImage)),
      ("q_lanes", .int(placements[0].lanes)), ("v_lanes", .int(result.lanes)),
      ("channels", .int(result.channels)), ("scale", .float(op.scale)),
    ]
    emit(
      Step(
        program: program, entry: "attention", arguments: arguments,
        global: [result.rowsPerImage, op.heads, shape[0]], local: target.local(3),
        label: label(value), flops: flops(value)))
  }
}
