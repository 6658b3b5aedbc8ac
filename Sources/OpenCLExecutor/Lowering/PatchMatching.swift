import IR
import Tensors

/// Numbers of cells lie dense, as float32, as those of pixels do.
extension Lowering {
  func lowerSearchWindow(_ op: SearchWindow, _ value: Graph.Value) throws {
    let node = graph[value]
    let blocks = graph[node.operands[0]].shape.count
    let centres = try operand(node.operands[0], as: .dense(graph[node.operands[0]].shape))
    let picks = try node.operands.dropFirst().map { try operand($0, as: .dense(graph[$0].shape)) }
    let y = define(value, .dense(node.shape))
    emit(
      Step(
        program: ProgramText(file: "portable/patch_matching"), entry: "search_window",
        arguments: [
          ("centres", .read(centres)), ("picks", .read(picks.first ?? centres)), ("y", .write(y)),
          ("map_height", .int(op.mapHeight)), ("map_width", .int(op.mapWidth)),
          ("height", .int(op.height)), ("width", .int(op.width)),
          ("per_block", .int(node.shape.count / blocks)), ("has_picks", .int(picks.count)),
        ],
        global: [node.shape.count], local: target.local(1), label: label(value)))
  }

  func lowerPatchTransfer(_ op: PatchTransfer, _ value: Graph.Value) throws {
    let node = graph[value]
    let source = Placement.standard(graph[node.operands[0]].shape)
    let x = try operand(node.operands[0], as: source)
    let matches = try operand(node.operands[1], as: .dense(graph[node.operands[1]].shape))
    let confidence = try operand(node.operands[2], as: .dense(graph[node.operands[2]].shape))
    let result = Placement.standard(node.shape)
    let y = define(value, result)
    emit(
      Step(
        program: ProgramText(file: "portable/patch_matching"), entry: "patch_transfer",
        arguments: [
          ("x", .read(x)), ("matches", .read(matches)), ("confidence", .read(confidence)),
          ("y", .write(y)), ("height", .int(source.shape[2])), ("width", .int(source.shape[3])),
          ("vectors", .int(result.lanes / target.width)), ("side", .int(op.side)),
          ("rows", .int(op.rows)), ("columns", .int(op.columns)), ("scale", .int(op.scale)),
        ],
        global: [result.rows], local: target.local(1), label: label(value), flops: flops(value)))
  }
}
