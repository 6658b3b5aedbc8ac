import IR
import Tensors

extension Lowering {
  /// How a 1x1 convolution is cut, and where it lies.
  struct PointwiseLayout {
    let source: Placement
    let result: Placement
    let tuning: CPUTuning
    let columns: ColumnMap
  }

  /// What a matrix product takes that is not in its group.
  struct ProductOperands {
    let x: Rows
    let weights: Storage
    let bias: Storage
    /// How quantised weights lie; nil for elements.
    var quantised: QuantisedFilters?
    /// Whether every image has weights of its own.
    let hasImageWeights: Bool
    /// What the step does in each pass; nil when it has one.
    var member: BandMember?
    /// The parts of each image that have weights of their own, a pass each; nil for whole images.
    var cells: WindowCells?
  }

  /// A 1x1 convolution: a matrix product over the channels of every pixel.
  func lowerPointwise(_ group: Group, _ fold: Group.Fold, _ member: BandMember? = nil) throws {
    let source = Placement.standard(graph[group.source].shape)
    let layout = pointwiseLayout(group, fold, source: source, rows: member?.rows[0])
    let (weights, bias) = packed(
      group.node, layout.columns, operand: source, tag: "gemm", isPadded: true)
    let x = try member?.operand.map { Rows($0, source) } ?? rows(of: group.source, as: source)
    let operands = ProductOperands(
      x: x, weights: weights, bias: bias, hasImageWeights: false, member: member)
    try emitProduct(group, fold, layout, operands)
  }

  /// - Parameter rows: of a pass; nil for those of an image.
  func pointwiseLayout(
    _ group: Group, _ fold: Group.Fold, source: Placement, rows: Int? = nil
  ) -> PointwiseLayout {
    let result = resultPlacement(of: group)
    let tuning = CPUTuning.gemm(
      rows: rows ?? source.rowsPerImage, depth: source.lanes,
      vectors: result.lanes / Placement.vectorWidth * fold.shuffle * fold.shuffle,
      isGated: fold.gate != nil, for: target)
    let columns = ColumnMap(
      result: result, isGated: fold.gate != nil, shuffle: fold.shuffle, panelVectors: tuning.nv)
    return PointwiseLayout(source: source, result: result, tuning: tuning, columns: columns)
  }

  /// The step of a matrix product with everything that its group folded into it.
  func emitProduct(
    _ group: Group, _ fold: Group.Fold, _ layout: PointwiseLayout, _ operands: ProductOperands
  ) throws {
    let (source, result, tuning) = (layout.source, layout.result, layout.tuning)
    let member = operands.member
    var program = ProgramText(file: "cpu/gemm")
    tuning.define(in: &program)
    if let quantised = operands.quantised {
      quantised.define(in: &program)
      program.define("K_BLOCK", QuantisedFilters.unpackedDepth)
    }
    let depthLimit = tuning.depthLimit(source.lanes)
    program.define("DEPTH_LIMIT", depthLimit)
    program.define("MOST_TILES", tuning.mostTiles(depthLimit: depthLimit, target.tuning))
    let products = operands.hasImageWeights ? source.rows / source.rowsPerImage : 1
    let passes = operands.cells?.pixels ?? member?.rows
    let rows = passes ?? [source.rows / products]
    let y = member?.result.map { Rows($0, result) } ?? defineRows(group.result, result)
    let panels = layout.columns.panels
    let itemPanels = tuning.itemPanels(of: panels)
    var arguments: [(name: String, value: Argument)] = [
      ("x", .read(operands.x.storage)), ("w", .read(operands.weights)),
      ("bias", .read(operands.bias)), ("y", .write(y.storage)),
      ("rows", passes.map { .eachPass($0) } ?? .int(rows[0])),
      ("depth", .int(source.lanes)), ("columns", .int(result.lanes)),
      ("rows_per_image", .int(source.rowsPerImage)), ("item_rows", .int(tuning.itemRows)),
      ("item_panels", .int(itemPanels)), streams(result, .streamedProduct, member),
    ]
    arguments += operands.x.arguments("x") + y.arguments("y")
    arguments += member?.productArguments ?? BandMember.wholeProduct
    arguments += normalizationArguments(fold.normalization, source, in: &program)
    if fold.shuffle > 1 { arguments.append(("width", .int(source.shape[3]))) }
    arguments += operands.cells?.productArguments(in: &program) ?? []
    arguments += try hooks(of: group, fold, source: source, result: result, in: &program)
    try defineFetches(of: group, result: result, in: &program)
    emit(
      Step(
        program: program, entry: "gemm", arguments: arguments,
        globals: rows.map {
          [ceilDivide($0, by: tuning.itemRows), ceilDivide(panels, by: itemPanels), products]
        },
        local: [1, 1, 1], label: label(group.node), flops: flops(of: group)))
  }
}
