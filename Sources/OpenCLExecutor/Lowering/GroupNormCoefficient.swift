import IR
import Tensors

/// The computation that both coefficients of a group normalization come from.
struct GroupNormCoefficientKey: Hashable {
  let operands: [Graph.Value]
  let groups: Int
  let epsilon: Float
}

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
    let images = source.shape[0]
    let cut = GroupNormCut(source, groups: op.groups, for: target)
    let moments = allocate(byteCount: images * cut.parts * 2 * source.lanes * 4)
    emit(
      Step(
        program: cut.program, entry: "moments",
        arguments: [
          ("x", .read(x)), ("moments", .write(moments)), ("rows", .int(source.rowsPerImage)),
          ("part_rows", .int(cut.partRows)), ("lanes", .int(source.lanes)),
        ],
        global: [cut.momentItems, images], local: cut.local, label: label(value),
        flops: flops(value)))
    let (scale, shift) = (allocate(result), allocate(result))
    emit(
      Step(
        program: cut.program, entry: "group_norm_coefficient",
        arguments: [
          ("moments", .read(moments)), ("gain", .read(gain)), ("offset", .read(offset)),
          ("scale", .write(scale)), ("shift", .write(shift)), ("rows", .int(source.rowsPerImage)),
          ("part_rows", .int(cut.partRows)), ("parts", .int(cut.parts)),
          ("members", .int(source.channels / op.groups)), ("lanes", .int(source.lanes)),
          ("epsilon", .float(op.epsilon)),
        ],
        global: [cut.coefficientItems, images], local: cut.local, label: label(value)))
    return (scale, shift)
  }
}
