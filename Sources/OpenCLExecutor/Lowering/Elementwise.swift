import IR
import Tensors

extension Lowering {
  /// Ops on single elements, fused into one pass.
  func lowerChain(_ group: Group) throws {
    let placement = Placement.standard(graph[group.result].shape)
    let x = try rows(of: group.source, as: placement)
    var program = ProgramText(file: "portable/chain")
    let extra = try bind(
      group.chain, to: "EPILOGUE", prefix: "e", lanes: "columns",
      placement: placement, in: &program)
    program.defineExtras(extra)
    let y = defineRows(group.result, placement)
    emitChain(
      program, x, y, placement, extra, label: label(group.result),
      flops: group.chain.stages.count * graph[group.result].shape.count)
  }

  /// A pass of a program of chains, whose chain reads `extra`.
  func emitChain(
    _ program: ProgramText, _ x: Rows, _ y: Rows, _ placement: Placement,
    _ extra: [(name: String, value: Argument)], label: String, flops: Int = 0
  ) {
    let vectors = placement.lanes / target.width
    let arguments: [(name: String, value: Argument)] = [
      ("x", .read(x.storage)), ("y", .write(y.storage)), ("vectors", .int(vectors)),
      ("rows_per_image", .int(placement.rowsPerImage)),
    ]
    emit(
      Step(
        program: program, entry: "chain",
        arguments: arguments + x.arguments("x") + y.arguments("y") + extra,
        global: [placement.rows * vectors], local: target.local(1), label: label, flops: flops))
  }

  /// A two-operand op neither of whose operands has the shape of the result, or one that no
  /// chain can read: both are spread out first.
  func lowerBroadcast(_ value: Graph.Value) throws {
    let node = graph[value]
    guard case .binary(let op) = node.op else { preconditionFailure("not a two-operand op") }
    let placement = Placement.standard(node.shape)
    let spread = try node.operands.map { try broadcast($0, to: placement) }
    var program = ProgramText(file: "portable/chain")
    let stage = Chain.Stage.binary(
      op, operand: node.operands[1], access: .element, isReversed: false)
    let load = Access.element.load("e0", lanes: "columns")
    let code = Chain(stages: [stage]).code([load], placement: placement)
    program.define("EPILOGUE(v, row, col)", code)
    program.define("EXTRA_PARAMETERS", ", __global const element *e0")
    let y = Rows(define(value, placement), placement)
    emitChain(
      program, Rows(spread[0], placement), y, placement, [("e0", .read(spread[1]))],
      label: label(value), flops: flops(value))
  }

  /// Defines the macro `macro` as `chain` and returns the arguments that it adds.
  /// - Parameters:
  ///   - prefix: what the added parameters' names start with.
  ///   - lanes: the C name of the row length at the place where the macro is used.
  ///   - placement: where the chain's value lies.
  func bind(
    _ chain: Chain, to macro: String, prefix: String, lanes: String, placement: Placement,
    in program: inout ProgramText
  ) throws -> [(name: String, value: Argument)] {
    guard !chain.isEmpty else { return [] }
    let operands = try operands(of: chain, prefix: prefix, lanes: lanes, placement: placement)
    let loads = operands.map { $0.access.load($0.firstRow, lanes: $0.lanes) }
    program.define(macro + "(v, row, col)", chain.code(loads, placement: placement))
    return operands.map { ($0.parameter, .read($0.storage)) }
  }

  /// An operand of a chain as the chain's text names it.
  struct ChainOperand {
    let access: Access
    let storage: Storage
    let parameter: String
    let firstRow: String
    /// From a row to the next.
    let lanes: String
  }

  /// What a chain on `placement` reads: elements at the same place from rows of any pitch.
  func operands(
    of chain: Chain, prefix: String, lanes: String, placement: Placement
  ) throws -> [ChainOperand] {
    try chain.operands.enumerated().map { index, operand in
      let own = self.placement(of: operand.value, in: placement, operand.access)
      let rows =
        operand.access.bearsPitch
        ? try rows(of: operand.value, as: own) : Rows(try self.operand(operand.value, as: own), own)
      let name = prefix + String(index)
      return ChainOperand(
        access: operand.access, storage: rows.storage, parameter: name,
        firstRow: rows.start == 0 ? name : "(\(name) + \(rows.start))",
        lanes: rows.areWhole(in: own) ? lanes : String(rows.pitch))
    }
  }

  /// Where an operand must lie so that a chain on `placement` can read it.
  private func placement(
    of value: Graph.Value, in placement: Placement, _ access: Access
  ) -> Placement {
    let shape = graph[value].shape
    guard shape.rank > 0, let axis = placement.axis else { return .dense(shape) }
    let aligned = axis - (placement.shape.rank - shape.rank)
    // A lone number has no axis that matters; a row's number lies on the channel axis.
    guard shape.count > 1 else { return .lanes(shape, axis: shape.rank - 1) }
    return .lanes(shape, axis: aligned, parts: access.hasChannels ? placement.parts : 1)
  }
}
