import IR
import Tensors

extension Lowering {
  /// What one operand contributes to a value.
  private struct Piece {
    let source: Storage
    let isDense: Bool
    let copy: StridedCopy
  }

  /// Reshapes, transposes, slices and the like: no arithmetic, elements move.
  func lowerMovement(_ value: Graph.Value) throws {
    if alias(value) { return }
    let node = graph[value]
    if case .concatenation(let op) = node.op, concatenations?.homes[value] != nil {
      return try fill(value, op)
    }
    let placement = Placement.standard(node.shape)
    let y = define(value, placement)
    var start = 0
    let pieces = try node.operands.map { operand in
      let shape = graph[operand].shape
      var target = StridedView(placement)
      if case .concatenation(let op) = node.op {
        target = target.sliced(axis: op.axis, start: start, count: shape[op.axis])!
        start += shape[op.axis]
      }
      return try piece(operand, to: target) { $0.moved(by: node.op, operand: shape) }
    }
    emit(pieces, to: placement, y, label: label(value))
  }

  /// A concatenation in whose rows operands lie already: the others are copied there.
  private func fill(_ value: Graph.Value, _ op: Concatenation) throws {
    let placement = Placement.standard(graph[value].shape)
    let rows = defineRows(value, placement)
    let whole = StridedView(placement, pitch: rows.pitch, start: rows.start)
    var channel = 0
    for operand in graph[value].operands {
      let (start, count) = (channel, graph[operand].shape[op.axis])
      channel += count
      if lies(operand, in: rows.from(start)) { continue }
      let target = whole.sliced(axis: op.axis, start: start, count: count)!
      let padded = channel == placement.channels ? placement.lanes - start : count
      var piece = try piece(operand, to: target) { $0 }
      if piece.copy.written < placement.rows * padded {
        // In one piece, that the padding is written too.
        piece = try self.piece(operand, from: .standard(graph[operand].shape), to: target) { $0 }!
      }
      emit(piece, isDense: false, rows.storage, label(value))
    }
  }

  /// Whether a value has been written where `rows` are.
  private func lies(_ value: Graph.Value, in rows: Rows) -> Bool {
    guard let own = self.rows(of: value), placement(of: value) == .standard(graph[value].shape)
    else { return false }
    return shareMemory(own.storage, rows.storage) && own.moved(to: rows.storage) == rows
  }

  /// Copies a value into another placement.
  func copy(_ value: Graph.Value, to placement: Placement, _ y: Storage) throws {
    let piece = try piece(value, to: StridedView(placement)) { $0 }
    emit([piece], to: placement, y, label: "layout " + label(value))
  }

  /// A value under another shape: its elements in row-major order.
  func copy(_ value: Graph.Value, reshapedTo placement: Placement) throws -> Storage {
    let y = allocate(placement)
    let piece = try piece(value, to: StridedView(placement)) { $0.reshaped(placement.shape) }
    emit([piece], to: placement, y, label: "layout " + label(value))
    return y
  }

  /// A value repeated along the axes on which it broadcasts to `placement`'s shape.
  func broadcast(_ value: Graph.Value, to placement: Placement) throws -> Storage {
    if graph[value].shape == placement.shape { return try operand(value, as: placement) }
    let y = allocate(placement)
    let piece = try piece(value, to: StridedView(placement)) {
      $0.broadcast(to: placement.shape)
    }
    emit([piece], to: placement, y, label: "broadcast " + label(value))
    return y
  }

  /// The copy of a value, seen through `move`, to `target`: from where it lies if that is one
  /// copy, else from a dense copy, whose every axis is a single digit.
  private func piece(
    _ value: Graph.Value, to target: StridedView, _ move: (StridedView) -> StridedView?
  ) throws -> Piece {
    let shape = graph[value].shape
    for placement in [placement(of: value) ?? .standard(shape), .dense(shape)] {
      if let piece = try piece(value, from: placement, to: target, move) { return piece }
    }
    preconditionFailure("a dense tensor moves in one copy")
  }

  private func piece(
    _ value: Graph.Value, from placement: Placement, to target: StridedView,
    _ move: (StridedView) -> StridedView?
  ) throws -> Piece? {
    let own = self.placement(of: value) == placement ? rows(of: value) : nil
    let whole = StridedView(placement, pitch: own?.pitch, start: own?.start ?? 0)
    guard let view = move(whole), let copy = StridedCopy(from: view, to: target) else {
      return nil
    }
    return Piece(
      source: try rows(of: value, as: placement).storage, isDense: placement.isDense, copy: copy)
  }

  private func emit(
    _ pieces: [Piece], to placement: Placement, _ y: Storage, label: String
  ) {
    let isDense = placement.isDense
    let count = placement.rows * placement.lanes
    if pieces.reduce(0, { $0 + $1.copy.written }) < count { emitClear(y, count, label) }
    for piece in pieces { emit(piece, isDense: isDense, y, label) }
  }

  /// - Parameter isDense: whether the target is.
  private func emit(_ piece: Piece, isDense: Bool, _ y: Storage, _ label: String) {
    var program = ProgramText(file: "portable/movement")
    program.define("SOURCE_IS_HALF", target.isHalf && !piece.isDense ? 1 : 0)
    program.define("TARGET_IS_HALF", target.isHalf && !isDense ? 1 : 0)
    var copy = piece.copy
    switch copy.arrange(width: target.width) {
    case .rows: emitRows(copy, program, piece.source, y, label)
    case .tiles: emitTiles(copy, program, piece.source, y, label)
    }
  }

  private func emitClear(_ y: Storage, _ count: Int, _ label: String) {
    let words = count * target.dtype.byteCount / 4
    let run =
      switch target.family {
      case .cpu: 4096
      case .gpu: 4
      }
    emit(
      Step(
        program: ProgramText(file: "portable/clear"), entry: "clear",
        arguments: [("y", .write(y)), ("words", .long(words)), ("run", .int(run))],
        global: [ceilDivide(words, by: run)], local: target.local(1), label: "clear " + label))
  }

  private func emitRows(
    _ copy: StridedCopy, _ program: ProgramText, _ x: Storage, _ y: Storage, _ label: String
  ) {
    let length = copy.digits.first?.writable ?? 1
    let rows = copy.digits.dropFirst().reduce(1) { $0 * $1.extent }
    let share = itemShare(of: copy)
    let run = min(length, roundUp(share, to: target.width))
    let itemRows = max(1, min(rows, share / length))
    emit(
      Step(
        program: program, entry: "copy",
        arguments: arguments(copy, x, y) + [
          ("run", .int(run)), ("rows", .int(rows)), ("item_rows", .int(itemRows)),
        ],
        global: items(ceilDivide(length, by: run) * ceilDivide(rows, by: itemRows)),
        local: target.local(1), label: label))
  }

  private func emitTiles(
    _ copy: StridedCopy, _ program: ProgramText, _ x: Storage, _ y: Storage, _ label: String
  ) {
    let (first, second) = (copy.digits[0], copy.digits[1])
    let side = target.width
    let tiles = max(1, itemShare(of: copy) / (side * side))
    let down = min(tiles, ceilDivide(second.extent, by: side))
    let across = min(max(1, tiles / down), ceilDivide(first.writable, by: side))
    let planes = copy.digits.dropFirst(2).reduce(1) { $0 * $1.extent }
    emit(
      Step(
        program: program, entry: "transpose",
        arguments: arguments(copy, x, y) + [
          ("readable", .int(second.readable)), ("across", .int(across * side)),
          ("down", .int(down * side)), ("planes", .int(planes)),
        ],
        global: items(
          ceilDivide(first.writable, by: across * side)
            * ceilDivide(second.extent, by: down * side) * planes),
        local: target.local(1), label: label))
  }

  /// The global size of so many work-items: for groups of a few warps on GPUs.
  private func items(_ count: Int) -> [Int] {
    switch target.family {
    case .cpu: [count]
    case .gpu: [roundUp(count, to: 128)]
    }
  }

  /// Elements that a work-item moves: enough to be worth a start, few enough to share.
  private func itemShare(of copy: StridedCopy) -> Int {
    switch target.family {
    case .cpu: min(8192, max(512, copy.written / (8 * target.device.computeUnits)))
    case .gpu: target.width
    }
  }

  private func arguments(
    _ copy: StridedCopy, _ x: Storage, _ y: Storage
  ) -> [(name: String, value: Argument)] {
    [
      ("x", .read(x)), ("y", .write(y)), ("extents", .digits(copy.digits.map(\.extent), rest: 1)),
      ("x_strides", .digits(copy.digits.map(\.source), rest: 0)),
      ("y_strides", .digits(copy.digits.map(\.target), rest: 0)),
      ("x_start", .long(copy.sourceOffset)), ("y_start", .long(copy.targetOffset)),
      ("filled", .int(copy.digits.first?.writable ?? 1)),
    ]
  }
}
