import IR
import Tensors

extension Lowering {
  /// Sums over the cells, each pixel once, and from them the cosines of each window.
  func lowerWindowSimilarity(_ op: WindowSimilarity, _ value: Graph.Value) throws {
    let source = Placement.standard(graph[graph[value].operands[0]].shape)
    let result = Placement.standard(graph[value].shape)
    let cells = WindowCells(of: source.shape, side: op.window)
    let (partials, lanes) =
      switch target.family {
      case .cpu: try emitGram(op, value, source, cells)
      case .gpu: try emitProducts(op, value, source, cells)
      }
    let y = define(value, result)
    let windows = cells.grid.windowCount
    emit(
      Step(
        program: ProgramText(file: "portable/local_channel_attention"), entry: "cosines",
        arguments: [
          ("partials", .read(partials)), ("y", .write(y)), ("channels", .int(result.channels)),
          ("lanes", .int(lanes)), ("y_lanes", .int(result.lanes)),
          ("chunks", .int(cells.count * cells.chunks)), ("cell_chunks", .int(cells.chunks)),
          ("grid_columns", .int(cells.grid.columns.cells.count)),
        ] + cells.cellsOfWindows + [
          ("window", .eachPass(Array(0..<windows))), ("windows", .int(windows)),
        ],
        globals: Array(
          repeating: [result.channels, op.heads, result.shape[0]], count: windows),
        local: target.local(3), label: "lengths " + label(value)))
  }

  private func emitGram(
    _ op: WindowSimilarity, _ value: Graph.Value, _ source: Placement, _ cells: WindowCells
  ) throws -> (partials: Storage, lanes: Int) {
    let (channels, third) = (graph[value].shape[4], source.channels / 3)
    let tuning = CPUTuning.gram(channels: channels, for: target)
    var program = gramProgram(tuning)
    program.define("AREA", 1)
    let lanes = tuning.panels * tuning.nv * Placement.vectorWidth
    let partials = allocatePartials(op, source, cells, channels, lanes)
    emit(
      Step(
        program: program, entry: "gram",
        arguments: [
          ("x", .read(try operand(graph[value].operands[0], as: source))),
          ("partials", .write(partials)), ("pitch", .int(source.lanes)), ("q_start", .int(0)),
          ("k_start", .int(third)), ("channels", .int(channels)),
          ("rows_per_image", .int(source.rowsPerImage)),
        ] + cells.sums,
        globals: Array(
          repeating: [cells.chunks, op.heads, source.shape[0]], count: cells.count),
        local: [1, 1, 1], label: label(value), flops: flops(value)))
    return (partials, lanes)
  }

  private func emitProducts(
    _ op: WindowSimilarity, _ value: Graph.Value, _ source: Placement, _ cells: WindowCells
  ) throws -> (partials: Storage, lanes: Int) {
    let result = Placement.standard(graph[value].shape)
    let partials = allocatePartials(op, source, cells, result.channels, result.lanes)
    emit(
      Step(
        program: ProgramText(file: "portable/local_channel_attention"), entry: "products",
        arguments: [
          ("x", .read(try operand(graph[value].operands[0], as: source))),
          ("partials", .write(partials)), ("pitch", .int(source.lanes)),
          ("heads", .int(op.heads)), ("channels", .int(result.channels)),
          ("lanes", .int(result.lanes)), ("rows_per_image", .int(source.rowsPerImage)),
        ] + cells.sums,
        globals: Array(
          repeating: [cells.chunks, result.channels + 2, source.shape[0] * op.heads],
          count: cells.count),
        local: target.local(3), label: label(value), flops: flops(value)))
    return (partials, result.lanes)
  }

  /// Room for the sums of every chunk, head and image.
  private func allocatePartials(
    _ op: WindowSimilarity, _ source: Placement, _ cells: WindowCells, _ channels: Int,
    _ lanes: Int
  ) -> Storage {
    let sums = source.shape[0] * op.heads * cells.count * cells.chunks
    return allocate(byteCount: sums * (channels + 2) * lanes * 4)
  }
}

// MARK: Mixture

extension Lowering {
  /// The values under the mean mixtures of their cells.
  func lowerWindowMixture(_ op: WindowMixture, _ value: Graph.Value) throws {
    let node = graph[value]
    let source = Placement.standard(graph[node.operands[0]].shape)
    let weights = Placement.standard(graph[node.operands[1]].shape)
    let result = Placement.standard(node.shape)
    let cells = WindowCells(of: source.shape, side: op.window)
    let mean = try emitMeanMixture(value, cells)
    let x = try operand(node.operands[0], as: source)
    let y = define(value, result)
    let vectors = result.lanes / target.width
    emit(
      Step(
        program: ProgramText(file: "portable/local_channel_attention"), entry: "mixed",
        arguments: [
          ("x", .read(x)), ("mean", .read(mean)), ("y", .write(y)), ("pitch", .int(source.lanes)),
          ("heads", .int(weights.shape[2])), ("channels", .int(weights.channels)),
          ("lanes", .int(weights.lanes)), ("y_lanes", .int(result.lanes)),
          ("rows_per_image", .int(source.rowsPerImage)),
          ("cell", .eachPass(Array(cells.numbers))),
        ] + cells.areas,
        globals: cells.pixels.map { [vectors * $0, node.shape[0]] }, local: target.local(2),
        label: label(value), flops: flops(value)))
  }

  /// A mixture with the 1x1 convolution that alone reads it: as it is linear in the values, it goes
  /// into the weights of the convolution, by image and cell.
  func lowerProjectedMixture(_ group: Group, _ mixture: Graph.Value) throws {
    guard case .windowMixture(let op) = graph[mixture].op else {
      preconditionFailure("not a mixture")
    }
    let source = Placement.standard(graph[group.source].shape)
    let values = Placement.standard(graph[mixture].shape)
    let weights = Placement.standard(graph[graph[mixture].operands[1]].shape)
    let cells = WindowCells(of: source.shape, side: op.window)
    let mean = try emitMeanMixture(mixture, cells)
    let layout = pointwiseLayout(
      group, Group.Fold(), source: values, rows: cells.pixels.max())
    let (projection, bias) = packed(
      group.node, layout.columns, operand: values, tag: "gemm", isPadded: true)
    let extents = AttentionExtents(
      images: cells.count * source.shape[0], heads: weights.shape[2],
      channels: weights.channels, lanes: weights.lanes)
    let folded = emitFold(mean, projection, layout, extents, label(group.node))
    let operands = ProductOperands(
      x: try rows(of: group.source, as: source).from(2 * values.channels), weights: folded,
      bias: bias, hasImageWeights: true, cells: cells)
    try emitProduct(group, Group.Fold(), layout, operands)
  }

  /// The mean mixture of each cell in float32, (cells, N, heads, channels, lanes).
  private func emitMeanMixture(_ value: Graph.Value, _ cells: WindowCells) throws -> Storage {
    let weights = graph[value].operands[1]
    let placement = Placement.standard(graph[weights].shape)
    let (images, heads) = (placement.shape[0], placement.shape[2])
    let x = try operand(weights, as: placement)
    let mean = allocate(
      byteCount: cells.count * images * heads * placement.channels * placement.lanes * 4)
    emit(
      Step(
        program: ProgramText(file: "portable/local_channel_attention"), entry: "mean_mixture",
        arguments: [
          ("weights", .read(x)), ("mean", .write(mean)), ("channels", .int(placement.channels)),
          ("lanes", .int(placement.lanes)), ("cell", .eachPass(Array(cells.numbers))),
          ("windows", .int(cells.grid.windowCount)),
          ("grid_columns", .int(cells.grid.columns.starts.count)),
        ] + cells.windowsOfCells,
        globals: Array(repeating: [placement.channels, heads, images], count: cells.count),
        local: target.local(3), label: "mean " + label(value)))
    return mean
  }
}
