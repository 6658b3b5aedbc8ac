import IR
import Tensors

extension Lowering {
  /// Border pixels around a feature map.
  func lowerPadding(_ op: Padding, _ value: Graph.Value) throws {
    let shape = graph[graph[value].operands[0]].shape
    try emitPixels(
      ProgramText(file: "portable/padding"), "padding", value,
      [
        ("mode", .int(op.mode.code)), ("height", .int(shape[2])), ("width", .int(shape[3])),
        ("out_height", .int(graph[value].shape[2])), ("out_width", .int(graph[value].shape[3])),
        ("top", .int(op.edges.top)), ("left", .int(op.edges.left)),
      ])
  }

  /// A kernel that makes every pixel of its result of a few pixels of its operand.
  func emitPixels(
    _ program: ProgramText, _ entry: String, _ value: Graph.Value,
    _ geometry: [(name: String, value: Argument)]
  ) throws {
    let source = graph[value].operands[0]
    let x = try operand(source, as: .standard(graph[source].shape))
    let result = Placement.standard(graph[value].shape)
    let y = define(value, result)
    let width = result.shape[3]
    let vectors = result.lanes / target.width
    let (itemVectors, itemPixels) =
      switch target.family {
      case .cpu: (vectors, width)
      case .gpu: (1, 1)
      }
    emit(
      Step(
        program: program, entry: entry,
        arguments: [("x", .read(x)), ("y", .write(y))] + geometry + [
          ("vectors", .int(vectors)), ("item_vectors", .int(itemVectors)),
          ("item_pixels", .int(itemPixels)),
        ],
        global: [
          ceilDivide(vectors, by: itemVectors), ceilDivide(width, by: itemPixels),
          result.rows / width,
        ],
        local: target.local(3), label: label(value), flops: flops(value)))
  }
}

extension Padding.Mode {
  /// Its number in the kernel.
  fileprivate var code: Int {
    switch self {
    case .zero: 0
    case .reflect: 1
    case .replicate: 2
    }
  }
}
