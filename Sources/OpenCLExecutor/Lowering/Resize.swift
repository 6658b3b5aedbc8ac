import IR
import Tensors

extension Lowering {
  /// Resampling of a feature map.
  func lowerResize(_ op: Resize, _ value: Graph.Value) throws {
    let shape = graph[graph[value].operands[0]].shape
    let entry =
      switch op.mode {
      case .nearest: "nearest"
      case .bilinear: "bilinear"
      }
    try emitPixels(
      ProgramText(file: "portable/resize"), entry, value,
      [
        ("height", .int(shape[2])), ("width", .int(shape[3])), ("out_height", .int(op.height)),
        ("out_width", .int(op.width)),
      ])
  }
}
