import IR
import Tensors

extension Lowering {
  /// The pairs of convolutions that one launch computes.
  func expandedDepthwise(of groups: [Group]) -> [ExpandedDepthwise] {
    guard target.family == .gpu, target.isHalf, target.features.matrixUnit != nil else { return [] }
    let pairs = ExpandedDepthwise.pairs(
      of: groups.filter { quantisation(of: $0) == nil }, in: graph)
    return pairs.filter { pair in
      let pools = users[pair.depthwise.result.index].contains { isPool($0) }
      return !pools && tile(for: pair).map(fits) ?? false
    }
  }

  private func tile(for pair: ExpandedDepthwise) -> ExpandedDepthwiseTile? {
    ExpandedDepthwiseTile(depth: Placement.standard(graph[pair.expansion.source].shape).lanes)
  }

  private func fits(_ tile: ExpandedDepthwiseTile) -> Bool {
    var program = ProgramText(file: ExpandedDepthwiseTile.kernel.file)
    tile.define(in: &program)
    return tile.localBytes <= target.device.localMemory
      && tile.groupSize <= target.device.largestWorkGroup && !target.oversized.hold(program)
  }

  /// A convolution over single pixels and the depthwise one behind it.
  func lower(_ pair: ExpandedDepthwise) throws {
    guard let tile = tile(for: pair) else { preconditionFailure("too many channels") }
    let (expansion, depthwise) = (pair.expansion, pair.depthwise)
    let fold = depthwise.fold
    let source = Placement.standard(graph[expansion.source].shape)
    let between = Placement.lanes(
      graph[depthwise.source].shape, axis: 1, parts: fold.gate == nil ? 1 : 2)
    let result = Placement.standard(graph[depthwise.result].shape)
    var program = ProgramText(file: ExpandedDepthwiseTile.kernel.file)
    tile.define(in: &program)
    let map = ColumnMap(
      result: result, isGated: fold.gate != nil, shuffle: 1,
      panelVectors: ExpandedDepthwiseTile.panelVectors)
    let x = try rows(of: expansion.source, as: source)
    let (w, bias) = packed(
      expansion.node, map, operand: source, tag: program.file, isPadded: true,
      packing: PanelPacking.fragments)
    let (filters, start) = packedDepthwise(depthwise.node, between)
    let normalization = normalizationArguments(expansion.fold.normalization, source, in: &program)
    let y = define(depthwise.result, result)
    let tiles = ExpandedDepthwiseTile.tiles(of: result.shape)
    let groupPanels = ExpandedDepthwiseTile.groupPanels(
      of: map.panels, tiles: tiles, units: target.device.computeUnits)
    let arguments: [(name: String, value: Argument)] = [
      ("x", .read(x.storage)), ("w", .read(w)), ("bias", .read(bias)), ("filters", .read(filters)),
      ("start", .read(start)), ("y", .write(y)), ("height", .int(source.shape[2])),
      ("width", .int(source.shape[3])), ("columns", .int(result.lanes)),
      ("panels", .int(map.panels)), ("group_panels", .int(groupPanels)),
    ]
    let hooks = try hooks(of: depthwise, fold, source: between, result: result, in: &program)
    emit(
      Step(
        program: program, entry: ExpandedDepthwiseTile.kernel.entry,
        arguments: arguments + x.arguments("x") + normalization + hooks,
        global: [tiles * ceilDivide(map.panels, by: groupPanels) * tile.groupSize],
        local: [tile.groupSize], label: label(depthwise.node),
        flops: flops(of: expansion) + flops(of: depthwise)))
  }
}
