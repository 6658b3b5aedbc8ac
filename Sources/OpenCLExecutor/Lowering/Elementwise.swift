import IR
import Tensors

extension Lowering {
  /// Ops on single elements, fused into one pass.
  func lowerChain(_ group: Group) throws {
    let placement = Placement.standard(graph[group.result].shape)
    let x = try operand(group.source, as: placement)
    var program = ProgramText(file: "portable/chain")
    let extra = try bind(
      group.chain, to: "EPILOGUE", prefix: "e", lanes: "columns",
      placement: placement, in: &program)
    program.defineExtras(extra)
    let y = define(group.result, placement)
    let vectors = placement.lanes / target.width
    emit(
      Step(
        program: program, entry: "chain",
        arguments: [
          ("x", .read(x)), ("y", .write(y)), ("vectors", .int(vectors)),
          ("rows_per_image", .int(placement.rowsPerImage)),
        ] + extra,
        global: [placement.rows * vectors], local: target.local(1), label: label(group.result),
        flops: group.chain.stages.count * graph[group.result].shape.count))
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
    let code = Chain(stages: [stage]).code(prefix: "e", lanes: "columns", placement: placement)
    program.define("EPILOGUE(v, row, col)", code)
    program.define("EXTRA_PARAMETERS", ", __global const element *e0")
    let y = define(value, placement)
    let vectors = placement.lanes / target.width
    emit(
      Step(
        program: program, entry: "chain",
        arguments: [
          ("x", .read(spread[0])), ("y", .write(y)), ("vectors", .int(vectors)),
          ("rows_per_image", .int(placement.rowsPerImage)), ("e0", .read(spread[1])),
        ],
        global: [placement.rows * vectors], local: target.local(1),
        label: label(value), flops: flops(value)))
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
    program.define(
      macro + "(v, row, col)",
      chain.code(prefix: prefix, lanes: lanes, placement: placement))
    return try chain.operands.enumerated().map { index, operand in
      let storage = try self.operand(
        operand.value, as: self.placement(of: operand.value, in: placement, operand.access))
      return (prefix + String(index), .read(storage))
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
