import IR
import Tensors

extension Lowering {
  /// Softmax with its axis innermost.
  func lowerSoftmax(_ op: Softmax, _ value: Graph.Value) throws {
    let placement = Placement.lanes(graph[value].shape, axis: op.axis)
    let x = try operand(graph[value].operands[0], as: placement)
    let y = define(value, placement)
    emit(
      Step(
        program: ProgramText(file: "portable/softmax"), entry: "softmax",
        arguments: [
          ("x", .read(x)), ("y", .write(y)), ("channels", .int(placement.channels)),
          ("lanes", .int(placement.lanes)),
        ],
        global: [placement.rows], label: label(value), flops: flops(value)))
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
    let node = graph[value]
    let source = Placement.lanes(graph[node.operands[0]].shape, axis: axis)
    let result = Placement.lanes(node.shape, axis: axis)
    let x = try operand(node.operands[0], as: source)
    let outer = source.order.dropLast()
    let strides = Shape(outer.map { source.shape[$0] }).strides
    let rowStride = Dictionary(uniqueKeysWithValues: zip(outer, strides))
    let reduced = outer.filter { op.axes.contains($0) }
    let kept = outer.filter { !op.axes.contains($0) }
    var program = ProgramText(file: "portable/mean")
    program.define(
      "FIRST_ROW(row)", Self.project("row", axes: kept, shape: source.shape, strides: rowStride))
    program.define(
      "ROW_OFFSET(i)", Self.project("i", axes: reduced, shape: source.shape, strides: rowStride))
    program.define("REDUCED_ROWS", reduced.reduce(1) { $0 * source.shape[$1] })
    let y = define(value, result)
    let vectors = result.lanes / target.width
    emit(
      Step(
        program: program, entry: "mean",
        arguments: [("x", .read(x)), ("y", .write(y)), ("vectors", .int(vectors))],
        global: [result.rows * vectors], label: label(value), flops: flops(value)))
  }

  /// The mean of everything: first over all axes but the last, then over that.
  private func lowerTotalMean(_ value: Graph.Value, of source: Graph.Value) throws {
    let shape = graph[source].shape
    let placement = Placement.lanes(Shape([shape.count, 1]), axis: 1)
    let column = allocate(placement)
    let flat = Gather(
      preamble: "const size_t linear = c0;",
      coordinates: zip(shape.strides, shape.extents).map {
        .computed("(int)(linear / \($0) % \($1))")
      }, keepsVectors: false)
    try move([flat], of: [source], to: placement, column, label: "layout " + label(value))
    var program = ProgramText(file: "portable/mean")
    program.define("FIRST_ROW(row)", "0")
    program.define("ROW_OFFSET(i)", "(i)")
    program.define("REDUCED_ROWS", shape.count)
    let result = Placement.standard(graph[value].shape)
    let y = define(value, result)
    emit(
      Step(
        program: program, entry: "mean",
        arguments: [
          ("x", .read(column)), ("y", .write(y)),
          ("vectors", .int(result.lanes / target.width)),
        ],
        global: [result.lanes / target.width], label: label(value), flops: flops(value)))
  }

  /// OpenCL C for the row offset of the element `index` of the space that `axes` span.
  private static func project(
    _ index: String, axes: [Int], shape: Shape, strides: [Int: Int]
  ) -> String {
    var terms: [String] = []
    var inner = 1
    for axis in axes.reversed() {
      terms.append("(size_t)(\(index)) / \(inner) % \(shape[axis]) * \(strides[axis]!)")
      inner *= shape[axis]
    }
    return terms.isEmpty ? "(size_t)0" : "(" + terms.joined(separator: " + ") + ")"
  }
}
