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
    let x = try rows(of: operands[0], as: source)
    let gain = try operand(operands[1], as: .dense(graph[operands[1]].shape))
    let offset = try operand(operands[2], as: .dense(graph[operands[2]].shape))
    let images = source.shape[0]
    if target.family == .gpu, isSmall(source, groups: op.groups) {
      return emitSmallGroupNorm(op, value, source, x: x, gain: gain, offset: offset, result)
    }
    let cut = GroupNormCut(source, groups: op.groups, for: target)
    let moments = allocate(byteCount: images * cut.parts * 2 * source.lanes * 4)
    emit(
      Step(
        program: cut.program, entry: "moments",
        arguments: [
          ("x", .read(x.storage)), ("moments", .write(moments)),
          ("rows", .int(source.rowsPerImage)), ("part_rows", .int(cut.partRows)),
          ("lanes", .int(source.lanes)),
        ] + x.arguments("x"),
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

  /// Both coefficients in one step, of a work-group for each group of channels.
  private func emitSmallGroupNorm(
    _ op: GroupNormCoefficient, _ value: Graph.Value, _ source: Placement, x: Rows, gain: Storage,
    offset: Storage, _ result: Placement
  ) -> (scale: Storage, shift: Storage) {
    let (scale, shift) = (allocate(result), allocate(result))
    let members = source.channels / op.groups
    var program = GroupNormCut(source, groups: op.groups, for: target).program
    program.define("TOGETHER", [4, 2, 1].first { members.isMultiple(of: $0) }!)
    emit(
      Step(
        program: program, entry: "group_norm",
        arguments: [
          ("x", .read(x.storage)), ("gain", .read(gain)), ("offset", .read(offset)),
          ("scale", .write(scale)), ("shift", .write(shift)), ("rows", .int(source.rowsPerImage)),
          ("members", .int(members)), ("lanes", .int(source.lanes)),
          ("epsilon", .float(op.epsilon)),
        ] + x.arguments("x"),
        global: [op.groups * GPUTeams.groupNormThreads, source.shape[0]],
        local: [GPUTeams.groupNormThreads, 1], label: label(value), flops: flops(value)))
    return (scale, shift)
  }

  /// Whether a launch of a few groups is over sooner than two of many. It decides the order of a
  /// sum, so it depends on one image alone.
  private func isSmall(_ source: Placement, groups: Int) -> Bool {
    let members = source.channels / groups
    return members <= GPUTeams.groupNormThreads
      && source.rowsPerImage * members <= GPUTeams.smallGroupNorm
  }
}
