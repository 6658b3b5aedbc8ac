import IR
import Tensors

extension Lowering {
  /// Ops on single elements, fused into one pass.
  func lowerChain(_ group: Group) throws {
    let placement = Placement.standard(graph[group.result].shape)
    let x = try rows(of: group.source, as: placement)
    var program = ProgramText(file: "portable/chain")
    let extra = try bind(
      group.chain, to: "EPILOGUE", prefix: "e", placement: placement, in: &program)
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
    let operand = ChainOperand(access: .element, name: "e0", rows: Rows(spread[1], placement))
    let extra = program.define(
      Chain(stages: [stage]), [operand], as: "EPILOGUE", prefix: "e", placement: placement)
    program.defineExtras(extra)
    let y = Rows(define(value, placement), placement)
    emitChain(
      program, Rows(spread[0], placement), y, placement, extra, label: label(value),
      flops: flops(value))
  }

  /// Defines the macro `macro` as `chain` and returns the arguments that it adds.
  /// - Parameters:
  ///   - prefix: what the added parameters' names start with.
  ///   - placement: where the chain's value lies.
  func bind(
    _ chain: Chain, to macro: String, prefix: String, placement: Placement,
    in program: inout ProgramText
  ) throws -> [(name: String, value: Argument)] {
    guard !chain.isEmpty else { return [] }
    let operands = try operands(of: chain, prefix: prefix, placement: placement)
    return program.define(chain, operands, as: macro, prefix: prefix, placement: placement)
  }

  /// What a chain on `placement` reads: elements at the same place from rows of any pitch.
  func operands(
    of chain: Chain, prefix: String, placement: Placement
  ) throws -> [ChainOperand] {
    try chain.operands.enumerated().map { index, operand in
      let own = self.placement(of: operand.value, in: placement, operand.access)
      let rows =
        operand.access.bearsPitch
        ? try rows(of: operand.value, as: own) : Rows(try self.operand(operand.value, as: own), own)
      return ChainOperand(access: operand.access, name: prefix + String(index), rows: rows)
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

/// An operand of a chain as the chain's text names it.
struct ChainOperand {
  let access: Access
  let name: String
  let rows: Rows

  var arguments: [(name: String, value: Argument)] {
    [(name, .read(rows.storage))] + (access.readsRows ? rows.arguments(name) : [])
  }
}

extension ProgramText {
  /// Defines the macro `macro` as a chain and returns what its text names: its numbers are
  /// arguments, since other numbers need no other program.
  mutating func define(
    _ chain: Chain, _ operands: [ChainOperand], as macro: String, prefix: String,
    placement: Placement
  ) -> [(name: String, value: Argument)] {
    let numbers = chain.numbers.enumerated().map { (name: "\(prefix)_number\($0)", value: $1) }
    var code = chain.code(
      operands.map { $0.access.load($0.name) }, numbers: numbers.map(\.name))
    var arguments = operands.flatMap(\.arguments) + numbers.map { ($0.name, .float($0.value)) }
    if let channels = chain.channelsToKeep(in: placement) {
      let name = prefix + "_channels"
      let first = placement.parts == 1 ? "col" : "(col) % \(placement.lanes / placement.parts)"
      code += " v = masked(v, \(first), \(name));"
      arguments.append((name, .int(channels)))
    }
    define(macro + "(v, row, col)", code)
    return arguments
  }

  /// Declares the parameters that chains add to a kernel.
  mutating func defineExtras(_ arguments: [(name: String, value: Argument)]) {
    guard !arguments.isEmpty else { return }
    define("EXTRA_PARAMETERS", arguments.map { ", " + $1.declaration($0) }.joined())
  }
}

extension Argument {
  /// OpenCL C for a kernel's parameter that is given this.
  fileprivate func declaration(_ name: String) -> String {
    switch self {
    case .read: "__global const element *\(name)"
    case .write: "__global element *\(name)"
    case .int, .eachPass: "int \(name)"
    case .long: "long \(name)"
    case .float: "float \(name)"
    case .digits: "int8 \(name)"
    }
  }
}
