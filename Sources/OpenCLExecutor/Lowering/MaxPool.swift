import IR
import Tensors

extension Lowering {
  /// The largest elements of windows.
  func lowerMaxPool(_ op: MaxPool, _ value: Graph.Value) throws {
    let node = graph[value]
    let shape = graph[node.operands[0]].shape
    try emitPixels(
      ProgramText(file: "portable/max_pool"), "largest", value,
      [
        ("height", .int(shape[2])), ("width", .int(shape[3])), ("out_height", .int(node.shape[2])),
        ("out_width", .int(node.shape[3])), ("side", .int(op.side)), ("stride", .int(op.stride)),
      ])
  }
}
