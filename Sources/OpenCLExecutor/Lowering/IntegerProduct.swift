import IR
import Tensors

extension Lowering {
  /// A product with quantised weights whose operand is rounded to whole numbers.
  func emitIntegerProduct(
    _ group: Group, _ format: BlockFormat, _ source: Placement
  ) throws {
    let result = resultPlacement(of: group)
    let tuning = CPUTuning.integer(
      rows: source.rows, vectors: result.lanes / Placement.vectorWidth, for: target)
    let (filters, weights, bias) = quantised(group, format, source, panelVectors: tuning.nv)
    let x = try rows(of: group.source, as: source)
    let y = defineRows(group.result, result)
    var program = ProgramText(file: "cpu/integer_product")
    tuning.define(in: &program)
    filters.define(in: &program)
    program.define("DEPTH_LIMIT", tuning.depthLimit(source.lanes))
    program.define("MOST_TILES", tuning.rowTiles == 1 ? 1 : CPUTuning.integerRows / tuning.mr)
    let itemPanels = tuning.itemPanels(of: filters.map.panels)
    var arguments: [(name: String, value: Argument)] = [
      ("x", .read(x.storage)), ("w", .read(weights)), ("bias", .read(bias)),
      ("y", .write(y.storage)), ("rows", .int(source.rows)), ("depth", .int(source.lanes)),
      ("columns", .int(result.lanes)), ("rows_per_image", .int(source.rowsPerImage)),
      ("item_rows", .int(tuning.itemRows)), ("item_panels", .int(itemPanels)),
      streams(result, .streamedProduct),
    ]
    arguments += x.arguments("x") + y.arguments("y")
    arguments += normalizationArguments(group.fold.normalization, source, in: &program)
    arguments += try hooks(of: group, group.fold, source: source, result: result, in: &program)
    emit(
      Step(
        program: program, entry: "product", arguments: arguments,
        global: [
          ceilDivide(source.rows, by: tuning.itemRows),
          ceilDivide(filters.map.panels, by: itemPanels),
        ],
        local: [1, 1], label: label(group.node), flops: flops(of: group)))
  }
}
