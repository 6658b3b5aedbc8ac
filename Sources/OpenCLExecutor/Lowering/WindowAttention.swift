import IR
import Tensors

extension Lowering {
  /// Attention within windows, on channels of maps that may have others beside them.
  func lowerWindowAttention(_ op: WindowAttention, _ value: Graph.Value) throws {
    let node = graph[value]
    let (q, k, v) = (
      try channels(of: node.operands[0]), try channels(of: node.operands[1]),
      try channels(of: node.operands[2])
    )
    let bias = try operand(node.operands[3], as: .dense(graph[node.operands[3]].shape))
    let (height, width) = (node.shape[2], node.shape[3])
    let heads = WindowHeads(op, query: graph[node.operands[0]].shape[1], value: node.shape[1])
    var program = heads.program(for: target)
    if [q, k, v].allSatisfy({ heads.hasRoom(in: $0) }) { program.define("SPARE", 1) }
    let windows = height / op.windows.height * (width / op.windows.width)
    let (global, local) =
      switch target.family {
      case .cpu: ([op.heads, windows], 1)
      case .gpu:
        ([windows * heads.chunks * WindowHeads.groupSize, op.heads], WindowHeads.groupSize)
      }
    let result = Placement.standard(node.shape)
    emit(
      Step(
        program: program, entry: "window_attention",
        arguments: [
          ("q", .read(q.storage)), ("k", .read(k.storage)), ("v", .read(v.storage)),
          ("bias", .read(bias)), ("y", .write(define(value, result))), ("height", .int(height)),
          ("width", .int(width)), ("shift_y", .int(op.windows.shift.down)),
          ("shift_x", .int(op.windows.shift.right)), ("q_lanes", .int(q.lanes)),
          ("k_lanes", .int(k.lanes)), ("v_lanes", .int(v.lanes)), ("y_lanes", .int(result.lanes)),
          ("q_start", .int(q.start)), ("k_start", .int(k.start)), ("v_start", .int(v.start)),
          ("channels", .int(result.channels)), ("scale", .float(op.scale)),
        ],
        global: global + [node.shape[0]], local: [local, 1, 1], label: label(value),
        flops: flops(value)))
  }

  /// Where the channels of a map lie: in its own rows, or where it is a slice, in those of the
  /// whole.
  private func channels(of value: Graph.Value) throws -> ChannelRange {
    var (whole, start) = (value, 0)
    if case .slice(let slice) = graph[value].op, slice.axis == 1 {
      (whole, start) = (graph[value].operands[0], slice.start)
    }
    let placement = Placement.standard(graph[whole].shape)
    return ChannelRange(
      storage: try operand(whole, as: placement), lanes: placement.lanes, start: start,
      count: graph[value].shape[1])
  }
}

/// Neighbouring channels of every row of a map.
struct ChannelRange {
  let storage: Storage
  let lanes: Int
  let start: Int
  let count: Int
}

/// How the heads of attention within windows are computed.
private struct WindowHeads {
  /// Work-items of a group of gpu/window_attention.cl, a query each.
  static let groupSize = 64

  let windows: Windows
  /// Channels of a head of queries and of the result.
  let query: Int
  let value: Int

  init(_ op: WindowAttention, query: Int, value: Int) {
    windows = op.windows
    (self.query, self.value) = (query / op.heads, value / op.heads)
  }

  /// Groups that share the queries of a window.
  var chunks: Int { ceilDivide(windows.height * windows.width, by: Self.groupSize) }

  /// Whether a vector that begins in the last head ends in the same row.
  func hasRoom(in range: ChannelRange) -> Bool {
    let vectors = roundUp(query, to: Placement.vectorWidth)
    return query == value && windows.fold == 1
      && range.start + range.count - query + vectors <= range.lanes
  }

  func program(for target: Target) -> ProgramText {
    var program = ProgramText(file: "\(target.family)/window_attention")
    program.define("HEAD", query)
    program.define("HEAD_VALUE", value)
    program.define("WINDOW_H", windows.height)
    program.define("WINDOW_W", windows.width)
    program.define("FOLD", windows.fold)
    program.define("OVERLAP", windows.overlap)
    program.define("GRID", windows.arrangement == .grid ? 1 : 0)
    program.define("SHIFTED", isShifted ? 1 : 0)
    program.define("MIRRORED", windows.offset == .keyMinusQuery ? 1 : 0)
    switch target.family {
    case .cpu: CPUTuning.windowAttention(channels: value, target.tuning).define(in: &program)
    case .gpu: program.define("THREADS", Self.groupSize)
    }
    return program
  }

  private var isShifted: Bool {
    if case .shifted = windows.arrangement { true } else { false }
  }
}
