import IR
import Tensors

extension Lowering {
  /// A convolution with everything that its group folded into it.
  func lowerConvolution(_ group: Group, _ fold: Group.Fold) throws {
    let node = graph[group.node]
    guard case .convolution(let op) = node.op else { preconditionFailure("not a convolution") }
    let weight = Convolution.filters(graph[node.operands[1]].shape)
    let isPackable = node.operands.dropFirst().allSatisfy(graph.isWeight)
    guard isPackable, op.groups == 1 || op.isDepthwise(weight: weight) else {
      return try lowerGrouped(group, op, weight)
    }
    if let format = quantisation(of: group) { return try lowerQuantised(group, format) }
    switch target.family {
    case .gpu: try lowerGPUConvolution(group, fold, op, weight)
    case .cpu where op.groups > 1: try lowerDepthwise(group, fold, op, weight)
    case .cpu where group.isPointwise(in: graph): try lowerPointwise(group, fold)
    case .cpu:
      guard let weights = winogradWeights(group, fold, op, weight) else {
        return try lowerDense(group, fold, op, weight)
      }
      try lowerWinograd(group, fold, op, weights)
    }
  }

  /// How Winograd's convolution has the weights of a group; nil when it is summed directly.
  private func winogradWeights(
    _ group: Group, _ fold: Group.Fold, _ op: Convolution, _ weight: Shape
  ) -> WinogradTuning.Weights? {
    guard target.math.isFast, !target.isHalf, fold.gate == nil else { return nil }
    return WinogradTuning.weights(
      op, weight: weight, output: graph[group.node].shape, target.tuning)
  }

  /// Where the result of a convolution lies: cut in two when a gated depthwise convolution reads
  /// its halves.
  func resultPlacement(of group: Group) -> Placement {
    let shape = graph[group.result].shape
    return .lanes(shape, axis: 1, parts: gatedSources.contains(group.result) ? 2 : 1)
  }

  /// Any other dense convolution.
  private func lowerDense(
    _ group: Group, _ fold: Group.Fold, _ op: Convolution, _ weight: Shape
  ) throws {
    let source = Placement.standard(graph[group.source].shape)
    let result = resultPlacement(of: group)
    let output = graph[group.node].shape
    let tuning = ConvolutionTuning(
      op, height: output[2], width: output[3], depth: source.lanes,
      vectors: result.lanes / Placement.vectorWidth * fold.shuffle * fold.shuffle,
      isGated: fold.gate != nil, for: target)
    var program = ProgramText(file: "cpu/convolution")
    tuning.define(in: &program)
    program.define(op, weight)
    if fold.upsample > 1 { program.define("UPSAMPLE", fold.upsample) }
    let map = ColumnMap(
      result: result, isGated: fold.gate != nil, shuffle: fold.shuffle,
      panelVectors: tuning.tile.nv)
    let itemPanels = tuning.tile.itemPanels(of: map.panels)
    let x = try rows(of: group.source, as: source)
    let (w, bias) = packed(
      group.node, map, operand: source, tag: "convolution", isPadded: false)
    let y = defineRows(group.result, result)
    var arguments: [(name: String, value: Argument)] = [
      ("x", .read(x.storage)), ("w", .read(w)), ("bias", .read(bias)), ("y", .write(y.storage)),
      ("height", .int(source.shape[2])), ("width", .int(source.shape[3])),
      ("depth", .int(source.lanes)), ("channels", .int(source.channels)),
      ("output_height", .int(output[2])), ("output_width", .int(output[3])),
      ("columns", .int(result.lanes)), ("pad_top", .int(op.padding.top)),
      ("pad_left", .int(op.padding.left)), ("item_panels", .int(itemPanels)),
      streams(result, .streamedProduct),
    ]
    arguments += x.arguments("x") + y.arguments("y")
    arguments += try hooks(of: group, fold, source: source, result: result, in: &program)
    try defineFetches(of: group, result: result, in: &program)
    emit(
      Step(
        program: program, entry: "convolution", arguments: arguments,
        global: [
          ceilDivide(output[3], by: tuning.tile.itemRows),
          output[0] * ceilDivide(output[2], by: tuning.lines),
          ceilDivide(map.panels, by: itemPanels),
        ],
        local: [1, 1, 1], label: label(group.node), flops: flops(of: group)))
  }

  /// One filter for each channel, with gate and pooling.
  func lowerDepthwise(
    _ group: Group, _ fold: Group.Fold, _ op: Convolution, _ weight: Shape,
    _ member: BandMember? = nil
  ) throws {
    let isGated = fold.gate != nil
    let source = Placement.lanes(
      graph[group.source].shape, axis: 1, parts: isGated ? 2 : 1)
    let result = Placement.standard(graph[group.result].shape)
    let output = graph[group.node].shape
    let pools = users[group.result.index].contains { isPool($0) }
    var program = ProgramText(file: "cpu/depthwise")
    program.define(op, weight)
    program.define("POOL", pools ? 1 : 0)
    let x = try member?.operand ?? operand(group.source, as: source)
    let (w, bias) = packedDepthwise(group.node, source)
    let y = member?.result ?? define(group.result, result)
    var arguments: [(name: String, value: Argument)] = [
      ("x", .read(x)), ("w", .read(w)), ("bias", .read(bias)), ("y", .write(y)),
    ]
    if pools {
      let sums = allocate(byteCount: output[0] * output[2] * result.lanes * 4)
      partialSums[group.result] = sums
      arguments.append(("partials", .write(sums)))
    }
    arguments += [
      ("height", .int(source.shape[2])), ("width", .int(source.shape[3])),
      ("columns", .int(result.lanes)), ("output_height", .int(output[2])),
      ("output_width", .int(output[3])), ("pad_top", .int(op.padding.top)),
      ("pad_left", .int(op.padding.left)),
    ]
    let rows = CPUTuning.depthwiseRows(member?.bands.lines, for: target)
    arguments +=
      member?.depthwiseArguments
      ?? BandMember.wholeDepthwise(lines: output[2], sourceLines: source.shape[2])
    arguments += [("item_rows", .int(rows)), streams(result, .streamedDepthwise, member)]
    arguments += try hooks(of: group, fold, source: source, result: result, in: &program)
    let items = member?.bands.all.map { [ceilDivide($0.lines.count, by: rows), 1] }
    emit(
      Step(
        program: program, entry: "depthwise", arguments: arguments,
        globals: items ?? [[ceilDivide(output[2], by: rows), output[0]]], local: [1, 1],
        label: label(group.node), flops: flops(of: group)))
  }

  /// Any number of groups, or weights that are computed: the general kernel.
  private func lowerGrouped(_ group: Group, _ op: Convolution, _ weight: Shape) throws {
    let source = Placement.standard(graph[group.source].shape)
    let result = Placement.standard(graph[group.result].shape)
    var program = ProgramText(file: "portable/convolution")
    let x = try operand(group.source, as: source)
    let operands = graph[group.node].operands
    let w = try operand(operands[1], as: .dense(graph[operands[1]].shape))
    let bias =
      operands.count == 3
      ? try operand(operands[2], as: .dense([weight[0]])) : zeros(weight[0])
    let y = define(group.result, result)
    let vectors = result.lanes / target.width
    var arguments: [(name: String, value: Argument)] = [
      ("x", .read(x)), ("w", .read(w)), ("bias", .read(bias)), ("y", .write(y)),
      ("height", .int(source.shape[2])), ("width", .int(source.shape[3])),
      ("lanes", .int(source.lanes)), ("out_height", .int(result.shape[2])),
      ("out_width", .int(result.shape[3])), ("vectors", .int(vectors)),
      ("channels", .int(weight[0])), ("group_inputs", .int(weight[1])),
      ("group_outputs", .int(weight[0] / op.groups)), ("kernel_height", .int(weight[2])),
      ("kernel_width", .int(weight[3])), ("stride", .int(op.stride)),
      ("dilation", .int(op.dilation)), ("pad_top", .int(op.padding.top)),
      ("pad_left", .int(op.padding.left)), ("rows_per_image", .int(result.rowsPerImage)),
    ]
    arguments += try hooks(
      of: group, Group.Fold(), source: source, result: result, in: &program)
    emit(
      Step(
        program: program, entry: "convolution", arguments: arguments,
        global: [result.rows * vectors], local: target.local(1), label: label(group.node),
        flops: flops(of: group)))
  }
}
