import IR
import Tensors

extension Lowering {
  /// A convolution with packed weights and everything that its group folded into it, for the GPU
  /// family.
  /// - Parameter attention: what mixes the channels of the operand first, image by image.
  func lowerGPUConvolution(
    _ group: Group, _ fold: Group.Fold, _ op: Convolution, _ weight: Shape,
    mixing attention: ChannelAttention? = nil
  ) throws {
    if op.groups > 1 {
      try lowerGPUDepthwise(group, fold, op, weight)
    } else if target.isHalf, target.features.warpgroupFault == nil {
      try lower(group, fold, op, weight, attention, WarpgroupTile.self)
    } else if target.isHalf, target.features.matrixUnit != nil {
      try lower(group, fold, op, weight, attention, MatrixTile.self)
    } else {
      try lower(group, fold, op, weight, attention, FloatTile.self)
    }
  }

  private func lower<Tile: ConvolutionTile>(
    _ group: Group, _ fold: Group.Fold, _ op: Convolution, _ weight: Shape,
    _ attention: ChannelAttention?, _: Tile.Type
  ) throws {
    let source = operandPlacement(of: group, weight)
    let result = fold.mates.isEmpty ? resultPlacement(of: group) : joinedPlacement(of: group, fold)
    let output = graph[group.node].shape
    let parts = depthParts(of: group, fold, source, weight, mixing: attention)
    let isGated = fold.gate != nil
    let work = TiledWork(
      images: output[0], pixels: output[2] * output[3],
      columns: result.lanes * fold.shuffle * fold.shuffle * (isGated ? 2 : 1),
      parts: parts?.count ?? 1, isGated: isGated, isOfOneImage: attention != nil,
      isNormalized: fold.normalization != nil, operandCost: fold.operandCost)
    let tile = Tile.choice(work, for: target)
    var program = ProgramText(file: Tile.kernel.file)
    tile.define(in: &program)
    program.define(op, weight)
    let isPointwise = weight[2] * weight[3] == 1 && op.stride == 1 && op.padding == Edges()
    program.define("POINTWISE", isPointwise ? 1 : 0)
    if fold.upsample > 1 { program.define("UPSAMPLE", fold.upsample) }
    let map = ColumnMap(
      result: result, isGated: isGated, shuffle: fold.shuffle, panelVectors: tile.panelVectors)
    let x = try operandRows(of: group, source, attention)
    let (w, bias) = try operandWeights(of: group, fold, map, source, attention, tile)
    if attention != nil { program.define("IMAGE_WEIGHTS", 1) }
    let normalization = normalizationArguments(fold.normalization, source, in: &program)
    let geometry: [(name: String, value: Argument)] = [
      ("pixels", .int(work.images * work.pixels)), ("height", .int(source.shape[2])),
      ("width", .int(source.shape[3])), ("depth", .int(source.lanes)),
      ("output_height", .int(output[2])), ("output_width", .int(output[3])),
      ("columns", .int(result.lanes)), ("panels", .int(map.panels)),
      ("pad_top", .int(op.padding.top)), ("pad_left", .int(op.padding.left)),
    ]
    let launch = ConvolutionLaunch(
      program: program, entry: Tile.kernel.entry,
      operands: [("x", .read(x.storage)), ("w", .read(w))],
      geometry: geometry + x.arguments("x"), normalization: normalization, bias: bias,
      packedColumns: map.channels.count, groups: work.blocks(of: tile.groupRows) * map.panels,
      groupSize: tile.groupSize)
    if let parts {
      try emit(launch, in: parts, of: group, fold, source: source, result: result)
    } else {
      let y =
        fold.mates.isEmpty
        ? defineRows(group.result, result) : defineJoined(group, fold, result)
      try emit(launch, to: y, of: group, fold, source: source, result: result)
    }
  }

  /// The rows of the operand, or of the values that an attention mixes.
  private func operandRows(
    of group: Group, _ source: Placement, _ attention: ChannelAttention?
  ) throws -> Rows {
    guard let attention else { return try rows(of: group.source, as: source) }
    let map = Placement.standard(graph[group.source].shape)
    return try lanes(of: rows(of: group.source, as: map).from(attention.v.start), source)
  }

  /// Weights and bias of the group's convolution and of those joined to it, or the weights that an
  /// attention makes of them for each image.
  private func operandWeights(
    of group: Group, _ fold: Group.Fold, _ map: ColumnMap, _ source: Placement,
    _ attention: ChannelAttention?, _ tile: some ConvolutionTile
  ) throws -> (weights: Storage, bias: Storage) {
    let (w, bias) = packed(
      group.node, joining: fold.mates, map, operand: source, tag: type(of: tile).kernel.file,
      isPadded: true, packing: attention == nil ? tile.packing : nil)
    guard let attention else { return (w, bias) }
    let mixed = try emitMixedWeights(
      attention, group, projection: w, map, depth: source.lanes, for: tile)
    return (mixed, bias)
  }

  /// Rows of which a step reads the lanes of `placement` alone, under a name of their own.
  func lanes(of rows: Rows, _ placement: Placement) -> Rows {
    rows.moved(to: part(of: rows.storage, placement))
  }

  /// Where the channels lie that the convolution reads: those of the operand, which may have more.
  private func operandPlacement(of group: Group, _ weight: Shape) -> Placement {
    let shape = graph[group.source].shape
    return Placement.standard(shape.replacing(1, with: weight[1]))
  }
}

// MARK: Several convolutions as one

extension Lowering {
  /// Where the channels of the group's convolution and of those joined to it lie, one after the
  /// other.
  private func joinedPlacement(of group: Group, _ fold: Group.Fold) -> Placement {
    let shape = graph[group.node].shape
    let channels = fold.mates.reduce(shape[1]) { $0 + graph[$1].shape[1] }
    return Placement.standard(shape.replacing(1, with: channels))
  }

  /// Makes room for all results, each of which has lanes of the same rows.
  private func defineJoined(_ group: Group, _ fold: Group.Fold, _ wide: Placement) -> Rows {
    let all = Rows(allocate(wide), wide)
    var lane = 0
    for value in [group.node] + fold.mates {
      let own = Placement.standard(graph[value].shape)
      place(value, own, all.from(lane).moved(to: part(of: all.storage, own)))
      lane += own.channels
    }
    return all
  }
}
