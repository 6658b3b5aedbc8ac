import IR
import Tensors

extension Lowering {
  /// Softmax with its axis innermost; of some elements by the general kernel alone.
  func lowerSoftmax(_ op: Softmax, _ value: Graph.Value) throws {
    let placement = Placement.lanes(graph[value].shape, axis: op.axis)
    let x = try operand(graph[value].operands[0], as: placement)
    let y = define(value, placement)
    switch target.family {
    case .gpu where op.largest == nil: return emitGPUSoftmax(value, placement, x: x, y: y)
    case .cpu, .gpu: break
    }
    var program = ProgramText(file: "portable/softmax")
    if op.largest != nil { program.define("LARGEST", 1) }
    emit(
      Step(
        program: program, entry: "softmax",
        arguments: [
          ("x", .read(x)), ("y", .write(y)), ("channels", .int(placement.channels)),
          ("lanes", .int(placement.lanes)), ("taken", .int(op.largest ?? placement.channels)),
        ],
        global: [placement.rows], local: target.local(1), label: label(value), flops: flops(value)))
  }

  /// A mean over some axes other than the innermost; a mean over the channels puts another axis
  /// innermost first.
  func lowerMean(_ op: Mean, _ value: Graph.Value) throws {
    let node = graph[value]
    let shape = graph[node.operands[0]].shape
    if op.axes == [2, 3], shape.rank == 4 { return try lowerPool(value) }
    let kept = (0..<shape.rank).filter { !op.axes.contains($0) }
    guard let axis = kept.contains(1) && shape.rank == 4 ? 1 : kept.last else {
      return try lowerTotalMean(value, of: node.operands[0])
    }
    try emitMean(op, value, axis: axis)
  }

  private func emitMean(_ op: Mean, _ value: Graph.Value, axis: Int) throws {
    let source = graph[value].operands[0]
    let placement = Placement.lanes(graph[source].shape, axis: axis)
    let x = try operand(source, as: placement)
    let rows = StridedView(placement).axes.enumerated().filter { $0.offset != axis }
    let isSummed = Set(op.axes)
    emitMean(
      value, of: x, kept: rows.filter { !isSummed.contains($0.offset) }.flatMap(\.element),
      summed: rows.filter { isSummed.contains($0.offset) }.flatMap(\.element),
      to: .lanes(graph[value].shape, axis: axis))
  }

  /// The mean of everything, as the mean of the rows of a single column.
  private func lowerTotalMean(_ value: Graph.Value, of source: Graph.Value) throws {
    let column = Placement.lanes([graph[source].shape.count, 1], axis: 1)
    let x = try copy(source, reshapedTo: column)
    emitMean(
      value, of: x, kept: [], summed: StridedView(column).axes[0],
      to: .standard(graph[value].shape))
  }

  /// - Parameters:
  ///   - kept: the operand's rows that stay apart, as digits; the most significant first.
  ///   - summed: those that are summed.
  private func emitMean(
    _ value: Graph.Value, of x: Storage, kept: [StridedView.Digit], summed: [StridedView.Digit],
    to result: Placement
  ) {
    let (kept, summed) = (kept.reversed(), summed.reversed())
    let y = define(value, result)
    let vectors = result.lanes / target.width
    emit(
      Step(
        program: ProgramText(file: "portable/mean"), entry: "mean",
        arguments: [
          ("x", .read(x)), ("y", .write(y)), ("kept_extents", .digits(kept.map(\.extent), rest: 1)),
          ("kept_strides", .digits(kept.map(\.stride), rest: 0)),
          ("summed_extents", .digits(summed.map(\.extent), rest: 1)),
          ("summed_strides", .digits(summed.map(\.stride), rest: 0)),
          ("count", .int(summed.reduce(1) { $0 * $1.extent })), ("vectors", .int(vectors)),
        ],
        global: [result.rows * vectors], local: target.local(1), label: label(value),
        flops: flops(value)))
  }
}
