import IR
import Tensors

extension Lowering {
  /// Bilinear resampling of a feature map.
  func lowerResize(_ op: Resize, _ value: Graph.Value) throws {
    let node = graph[value]
    let shape = graph[node.operands[0]].shape
    let x = try operand(node.operands[0], as: .standard(shape))
    let result = Placement.standard(node.shape)
    let y = define(value, result)
    let vectors = result.lanes / target.width
    emit(
      Step(
        program: ProgramText(file: "portable/resize"), entry: "resize",
        arguments: [
          ("x", .read(x)), ("y", .write(y)), ("height", .int(shape[2])),
          ("width", .int(shape[3])), ("out_height", .int(op.height)),
          ("out_width", .int(op.width)), ("vectors", .int(vectors)),
        ],
        global: [result.rows * vectors], label: label(value), flops: flops(value)))
  }
}
