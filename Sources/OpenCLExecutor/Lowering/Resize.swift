import IR
import Tensors

extension Lowering {
  /// Resampling of a feature map.
  func lowerResize(_ op: Resize, _ value: Graph.Value) throws {
    let shape = graph[graph[value].operands[0]].shape
    try emitPixels(
      ProgramText(file: "portable/resize"), op.mode == .bilinear ? "bilinear" : "nearest", value,
      [
        ("height", .int(shape[2])), ("width", .int(shape[3])), ("out_height", .int(op.height)),
        ("out_width", .int(op.width)),
      ])
  }
}
