import IR
import Tensors

extension Lowering {
  /// Attention over the pixels of feature maps, whose channels are innermost.
  func lowerAttention(_ op: Attention, _ value: Graph.Value) throws {
    let operands = graph[value].operands
    let placements = operands.prefix(3).map { Placement.standard(graph[$0].shape) }
    let inputs = try zip(operands, placements).map { try operand($0, as: $1) }
    let result = Placement.standard(graph[value].shape)
    let head = (key: placements[0].channels / op.heads, value: result.channels / op.heads)
    let queries = result.rowsPerImage
    let tiles: Int? =
      switch target.family {
      case .cpu where queries > fewestTiledQueries || !op.startsLater:
        attentionTiles(queries: queries, heads: op.heads, lanes: head.key + head.value)
      case .cpu: nil
      case .gpu: nil
      }
    var program = ProgramText(file: tiles == nil ? "portable/attention" : "cpu/attention")
    program.define("HEAD", head.key)
    program.define("HEAD_VALUE", head.value)
    program.define("CAUSAL", op.isCausal ? 1 : 0)
    let isMasked = operands.count > (op.startsLater ? 4 : 3)
    program.define("MASKED", isMasked ? 1 : 0)
    program.define("STARTS_LATER", op.startsLater ? 1 : 0)
    var arguments: [(name: String, value: Argument)] = [
      ("q", .read(inputs[0])), ("k", .read(inputs[1])), ("v", .read(inputs[2])),
    ]
    let extras = (isMasked ? ["mask"] : []) + (op.startsLater ? ["begins"] : [])
    for (name, extra) in zip(extras, operands.dropFirst(3)) {
      arguments.append((name, .read(try operand(extra, as: .dense(graph[extra].shape)))))
    }
    var items = queries
    if let tiles {
      program.define("TILES", tiles)
      items = ceilDivide(queries, by: tiles * attentionTile)
    }
    arguments += [
      ("y", .write(define(value, result))), ("queries", .int(queries)),
      ("keys", .int(placements[1].rowsPerImage)), ("q_lanes", .int(placements[0].lanes)),
      ("v_lanes", .int(result.lanes)), ("channels", .int(result.channels)),
      ("scale", .float(op.scale)),
    ]
    var step = Step(
      program: program, entry: "attention", arguments: arguments,
      global: [items, op.heads, result.shape[0]], local: target.local(3), label: label(value),
      flops: flops(value))
    step.isDivisible = tiles == nil
    emit(step)
  }

  /// Tiles of queries of a work-item of cpu/attention.cl: as many as share a staged block of keys
  /// within half a megabyte of private memory, and leave every core several items of an image.
  private func attentionTiles(queries: Int, heads: Int, lanes: Int) -> Int {
    var tiles = target.tuning.number(.attentionTiles)
    while tiles > 1,
      tiles * attentionTile * lanes > 131_072
        || ceilDivide(queries, by: tiles * attentionTile) * heads < 4 * target.device.computeUnits
    {
      tiles /= 2
    }
    return tiles
  }
}

/// Queries for which a register tile of cpu/attention.cl would be mostly empty.
private let fewestTiledQueries = 4

/// Queries of a register tile of cpu/attention.cl.
private let attentionTile = 32
