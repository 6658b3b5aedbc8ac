import IR
import Tensors

extension Lowering {
  /// How the weights of a 1x1 convolution are quantised, where a kernel unpacks them itself.
  func quantisation(of group: Group) -> BlockFormat? {
    guard group.isPointwise(in: graph), group.fold.gate == nil, group.fold.shuffle == 1,
      case .weight(let path) = graph[graph[group.node].operands[1]].op
    else { return nil }
    return weights.format(path)
  }

  /// A product whose weights stay quantised. A panel is as wide for one row as for many, so that
  /// all plans of a network read the same records.
  func lowerQuantised(_ group: Group, _ format: BlockFormat) throws {
    let source = Placement.standard(graph[group.source].shape)
    switch target.family {
    case .cpu where target.roundsOperands: try emitIntegerProduct(group, format, source)
    case .cpu: try emitUnpackingProduct(group, format, source)
    case .gpu: try emitGPUProduct(group, format, source)
    }
  }

  private func emitUnpackingProduct(
    _ group: Group, _ format: BlockFormat, _ source: Placement
  ) throws {
    let result = resultPlacement(of: group)
    let tuning = CPUTuning.quantised(
      rows: source.rows, vectors: result.lanes / Placement.vectorWidth, for: target)
    let (filters, weights, bias) = quantised(group, format, source, panelVectors: tuning.nv)
    let operands = ProductOperands(
      x: try rows(of: group.source, as: source), weights: weights, bias: bias,
      quantised: filters, hasImageWeights: false)
    let layout = PointwiseLayout(
      source: source, result: result, tuning: tuning, columns: filters.map)
    try emitProduct(group, group.fold, layout, operands)
  }

  /// Weights and bias of a product, packed for its columns.
  func quantised(
    _ group: Group, _ format: BlockFormat, _ source: Placement, panelVectors: Int
  ) -> (filters: QuantisedFilters, weights: Storage, bias: Storage) {
    let columns = ColumnMap(
      result: resultPlacement(of: group), isGated: false, shuffle: 1, panelVectors: panelVectors)
    let filters = QuantisedFilters(map: columns, format: format, depth: source.channels)
    let form = "\(filters.format) \(filters.map.name)"
    let weights = constant(quantised: graph[group.node].operands[1], form: form) { rows in
      Constant(byteCount: filters.byteCount) { try filters.pack(rows, into: $0) }
    }
    return (filters, weights, bias(of: group.node, filters.map, purpose: form))
  }
}
