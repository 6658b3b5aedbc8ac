import IR
import Tensors

/// The computation that both coefficients of a group normalization come from.
struct GroupNormCoefficientKey: Hashable {
  let operands: [Graph.Value]
  let groups: Int
  let epsilon: Float
}

/// Elements of a part of an image: few enough to stay in a cache between the two passes over them.
private let partElements = 8192

extension Lowering {
  /// A coefficient of a group normalization; the other kind finds it computed.
  func lowerGroupNormCoefficient(_ op: GroupNormCoefficient, _ value: Graph.Value) throws {
    let key = GroupNormCoefficientKey(
      operands: graph[value].operands, groups: op.groups, epsilon: op.epsilon)
    let result = Placement.standard(graph[value].shape)
    let both = try groupNormCoefficients[key] ?? emitGroupNormCoefficient(op, value, result)
    groupNormCoefficients[key] = both
    switch op.kind {
    case .scale: place(value, result, both.scale)
    case .shift: place(value, result, both.shift)
    }
  }

  private func emitGroupNormCoefficient(
    _ op: GroupNormCoefficient, _ value: Graph.Value, _ result: Placement
  ) throws -> (scale: Storage, shift: Storage) {
    let operands = graph[value].operands
    let source = Placement.standard(graph[operands[0]].shape)
    let x = try operand(operands[0], as: source)
    let gain = try operand(operands[1], as: .dense(graph[operands[1]].shape))
    let offset = try operand(operands[2], as: .dense(graph[operands[2]].shape))
    let rows = source.rowsPerImage
    let partRows = max(1, partElements / source.lanes)
    let parts = ceilDivide(rows, by: partRows)
    let images = source.shape[0]
    let moments = allocate(byteCount: images * parts * 2 * source.lanes * 4)
    let program = ProgramText(file: "portable/group_norm_coefficient")
    emit(
      Step(
        program: program, entry: "moments",
        arguments: [
          ("x", .read(x)), ("moments", .write(moments)), ("rows", .int(rows)),
          ("part_rows", .int(partRows)), ("lanes", .int(source.lanes)),
        ],
        global: [parts, images], local: target.local(2), label: label(value),
        flops: flops(value)))
    let (scale, shift) = (allocate(result), allocate(result))
    emit(
      Step(
        program: program, entry: "group_norm_coefficient",
        arguments: [
          ("moments", .read(moments)), ("gain", .read(gain)), ("offset", .read(offset)),
          ("scale", .write(scale)), ("shift", .write(shift)), ("rows", .int(rows)),
          ("part_rows", .int(partRows)), ("parts", .int(parts)),
          ("members", .int(source.channels / op.groups)), ("lanes", .int(source.lanes)),
          ("epsilon", .float(op.epsilon)),
        ],
        global: [op.groups, images], local: target.local(2), label: label(value)))
    return (scale, shift)
  }
}
