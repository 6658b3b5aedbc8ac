import IR
import Tensors

extension Lowering {
  /// Attention over the pixels of feature maps, whose channels are innermost.
  func lowerAttention(_ op: Attention, _ value: Graph.Value) throws {
    let operands = graph[value].operands
    let placements = operands.prefix(3).map { Placement.standard(graph[$0].shape) }
    let inputs = try zip(operands, placements).map { try rows(of: $0, as: $1) }
    let result = Placement.standard(graph[value].shape)
    let head = AttentionHead(
      key: placements[0].channels / op.heads, value: result.channels / op.heads)
    let cut = attentionCut(op, queries: result.rowsPerImage, head)
    var program = cut.program
    program.define("CAUSAL", op.isCausal ? 1 : 0)
    let isMasked = operands.count > (op.startsLater ? 4 : 3)
    program.define("MASKED", isMasked ? 1 : 0)
    program.define("STARTS_LATER", op.startsLater ? 1 : 0)
    var arguments: [(name: String, value: Argument)] = [
      ("q", .read(inputs[0].storage)), ("k", .read(inputs[1].storage)),
      ("v", .read(inputs[2].storage)),
    ]
    let extras = (isMasked ? ["mask"] : []) + (op.startsLater ? ["begins"] : [])
    for (name, extra) in zip(extras, operands.dropFirst(3)) {
      arguments.append((name, .read(try operand(extra, as: .dense(graph[extra].shape)))))
    }
    arguments += [
      ("y", .write(define(value, result))), ("queries", .int(result.rowsPerImage)),
      ("keys", .int(placements[1].rowsPerImage)),
    ]
    for (name, rows) in zip(["q", "k", "v"], inputs) { arguments += rows.arguments(name) }
    arguments += [
      ("y_lanes", .int(result.lanes)), ("channels", .int(result.channels)),
      ("scale", .float(op.scale)),
    ]
    var step = Step(
      program: program, entry: cut.entry, arguments: arguments,
      global: [cut.items, op.heads, result.shape[0]], local: cut.local, label: label(value),
      flops: flops(value))
    step.isDivisible = cut.isDivisible
    emit(step)
  }

  private func attentionCut(_ op: Attention, queries: Int, _ head: AttentionHead) -> AttentionCut {
    switch target.family {
    case .cpu where queries > fewestTiledQueries || !op.startsLater:
      tiledCPUCut(op, queries: queries, head)
    case .gpu where target.math.isFast:
      head.tile(queries: queries, heads: op.heads, for: target).cut(queries: queries, head)
    case .cpu where head.isWholeVectors: rowCut("cpu/row_attention", queries, head)
    case .cpu, .gpu: rowCut("portable/attention", queries, head)
    }
  }

  /// A work-item for every query of a head.
  private func rowCut(_ file: String, _ queries: Int, _ head: AttentionHead) -> AttentionCut {
    AttentionCut(
      program: head.program(file), items: queries, local: target.local(3), isDivisible: true)
  }

  private func tiledCPUCut(_ op: Attention, queries: Int, _ head: AttentionHead) -> AttentionCut {
    let tile = CPUTuning.attention(target.tuning)
    let shared = sharedQueries(queries: queries, heads: op.heads, lanes: head.key + head.value)
    var program = head.program("cpu/attention")
    tile.define(in: &program)
    program.define("TILES", ceilDivide(shared, by: tile.nv * Placement.vectorWidth))
    return AttentionCut(
      program: program, items: ceilDivide(queries, by: shared), local: target.local(3),
      isDivisible: false)
  }

  /// Queries of a work-item of cpu/attention.cl: as many as share a staged block of keys within
  /// half a megabyte of private memory, and leave every core several items of an image.
  private func sharedQueries(queries: Int, heads: Int, lanes: Int) -> Int {
    var shared = target.tuning.number(.attentionQueries)
    while shared > fewestSharedQueries,
      shared * lanes > 131_072
        || ceilDivide(queries, by: shared) * heads < 4 * target.device.computeUnits
    {
      shared /= 2
    }
    return shared
  }
}

/// The channels of a head of attention.
struct AttentionHead {
  /// Those of queries and keys, and those of values.
  let key: Int
  let value: Int

  /// Whether both are whole vectors of the kernels for CPUs.
  var isWholeVectors: Bool {
    [key, value].allSatisfy { $0.isMultiple(of: Placement.vectorWidth) }
  }

  /// The text of a kernel for such heads.
  func program(_ file: String) -> ProgramText {
    var program = ProgramText(file: file)
    program.define("HEAD", key)
    program.define("HEAD_VALUE", value)
    return program
  }
}

/// Which kernel computes attention, and how its work is cut.
struct AttentionCut {
  /// Without what says which keys are seen.
  let program: ProgramText
  var entry = "attention"
  /// Work-items of a head.
  let items: Int
  let local: [Int]?
  let isDivisible: Bool
}

/// Queries for which a register tile of cpu/attention.cl would be mostly empty.
private let fewestTiledQueries = 4

/// Queries of a work-item of cpu/attention.cl at least.
private let fewestSharedQueries = 32
