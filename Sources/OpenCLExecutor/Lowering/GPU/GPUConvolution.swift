import IR
import Tensors

extension Lowering {
  /// A convolution with packed weights and everything that its group folded into it, for the GPU
  /// family.
  func lowerGPUConvolution(
    _ group: Group, _ fold: Group.Fold, _ op: Convolution, _ weight: Shape
  ) throws {
    if op.groups > 1 {
      try lowerGPUDepthwise(group, fold, op, weight)
    } else if target.isHalf, target.features.warpgroupFault == nil {
      try lower(group, fold, op, weight, WarpgroupTile.self)
    } else if target.isHalf, target.features.matrixUnit != nil {
      try lower(group, fold, op, weight, MatrixTile.self)
    } else {
      try lower(group, fold, op, weight, FloatTile.self)
    }
  }

  private func lower<Tile: ConvolutionTile>(
    _ group: Group, _ fold: Group.Fold, _ op: Convolution, _ weight: Shape, _: Tile.Type
  ) throws {
    let source = Placement.standard(graph[group.source].shape)
    let result = resultPlacement(of: group)
    let output = graph[group.node].shape
    let isGated = fold.gate != nil
    let tile = Tile.choice(
      rows: output[2] * output[3],
      columns: result.lanes * fold.shuffle * fold.shuffle * (isGated ? 2 : 1), isGated: isGated,
      for: target)
    var program = ProgramText(file: Tile.kernel.file)
    tile.define(in: &program)
    program.define(op, weight)
    let isPointwise = weight[2] * weight[3] == 1 && op.stride == 1 && op.padding == Edges()
    program.define("POINTWISE", isPointwise ? 1 : 0)
    let map = ColumnMap(
      result: result, isGated: isGated, shuffle: fold.shuffle, panelVectors: tile.panelVectors)
    let x = try rows(of: group.source, as: source)
    let (w, bias) = packed(
      group.node, map, operand: source, tag: Tile.kernel.file, isPadded: true,
      packing: tile.packing)
    let normalization = statistics(fold.normalization, source, x: x, in: &program)
    let y = defineRows(group.result, result)
    let pixels = output[0] * output[2] * output[3]
    var arguments: [(name: String, value: Argument)] = [
      ("x", .read(x.storage)), ("w", .read(w)), ("bias", .read(bias)), ("y", .write(y.storage)),
      ("pixels", .int(pixels)), ("height", .int(source.shape[2])),
      ("width", .int(source.shape[3])), ("depth", .int(source.lanes)),
      ("output_height", .int(output[2])), ("output_width", .int(output[3])),
      ("columns", .int(result.lanes)), ("panels", .int(map.panels)),
      ("pad_top", .int(op.padding.top)), ("pad_left", .int(op.padding.left)),
    ]
    arguments += x.arguments("x") + y.arguments("y") + normalization
    arguments += try hooks(of: group, fold, source: source, result: result, in: &program)
    let groups = ceilDivide(pixels, by: tile.groupRows) * map.panels
    emit(
      Step(
        program: program, entry: Tile.kernel.entry, arguments: arguments,
        global: [groups * tile.groupSize], local: [tile.groupSize], label: label(group.node),
        flops: flops(of: group)))
  }

  /// The arguments of a normalization that is folded into the operand x of a product.
  private func statistics(
    _ normalization: Group.RowNormalization?, _ source: Placement, x: Rows,
    in program: inout ProgramText
  ) -> [(name: String, value: Argument)] {
    guard let normalization else { return [] }
    program.define("NORMALIZATION", normalization.centring.rawValue)
    let statistics = emitGPUStatistics(of: normalization, source, x: x)
    let (gain, shift) = gainAndShift(normalization.node, source)
    return [("statistics", .read(statistics)), ("gain", .read(gain)), ("shift", .read(shift))]
  }
}
