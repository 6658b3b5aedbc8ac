import IR
import Tensors

extension Lowering {
  /// A 3x3 convolution by Winograd's F(4x4, 3x3): strips of tiles are transformed, multiplied and
  /// transformed back.
  /// - Parameter weights: whether the filters are transformed beforehand or by every work-item.
  func lowerWinograd(
    _ group: Group, _ fold: Group.Fold, _ op: Convolution, _ weights: WinogradTuning.Weights
  ) throws {
    let source = Placement.standard(graph[group.source].shape)
    let result = resultPlacement(of: group)
    let output = graph[group.node].shape
    let tuning = WinogradTuning(
      output: output, depth: source.lanes,
      vectors: result.lanes / Placement.vectorWidth * fold.shuffle * fold.shuffle, weights,
      for: target)
    let columns = ColumnMap(
      result: result, isGated: false, shuffle: fold.shuffle, panelVectors: tuning.tile.nv)
    var program = ProgramText(file: "cpu/winograd")
    tuning.tile.define(in: &program)
    program.define("ROW_TILES", tuning.tile.rowTiles)
    program.define("DEPTH", source.lanes)
    let transformTiles = target.tuning.number(.transformTiles)
    program.define("TILES", transformTiles)
    if weights == .filters { program.define("FILTERS", 1) }
    if fold.upsample > 1 { program.define("UPSAMPLE", fold.upsample) }
    let x = try rows(of: group.source, as: source)
    let (u, bias) = filters(of: group.node, columns, operand: source, weights)
    let v = allocate(byteCount: tuning.scratchCount(depth: source.lanes) * 4)
    let y = defineRows(group.result, result)
    let extra = try hooks(of: group, fold, source: source, result: result, in: &program)
    if columns.panels > 1 { try defineFetches(of: group, result: result, in: &program) }

    let count = output[0] * tuning.height * tuning.width
    for first in stride(from: 0, to: count, by: tuning.strip) {
      let tiles = min(tuning.strip, count - first)
      let place: [(name: String, value: Argument)] = [
        ("tile_height", .int(tuning.height)), ("tile_width", .int(tuning.width)),
        ("first_tile", .int(first)), ("tile_count", .int(tiles)), ("planes", .int(tuning.planes)),
      ]
      let padding: [(name: String, value: Argument)] = [
        ("pad_top", .int(op.padding.top)), ("pad_left", .int(op.padding.left)),
      ]
      emit(
        Step(
          program: program, entry: "transform",
          arguments: [
            ("x", .read(x.storage)), ("v", .write(v)), ("height", .int(source.shape[2])),
            ("width", .int(source.shape[3])),
          ] + place.prefix(2) + padding + place.dropFirst(2) + x.arguments("x")
            + extra,
          global: [ceilDivide(roundUp(tiles, to: tuning.tile.mr), by: transformTiles)], local: [1],
          label: "transform " + label(group.node)))
      var product = Step(
        program: program, entry: "winograd",
        arguments: [
          ("v", .read(v)), ("u", .read(u)), ("bias", .read(bias)),
          ("y", .write(y.storage)), ("channels", .int(source.channels)),
          ("output_height", .int(output[2])),
          ("output_width", .int(output[3])), ("columns", .int(result.lanes)),
        ] + place + y.arguments("y") + extra,
        global: [ceilDivide(tiles, by: tuning.tile.itemRows), columns.panels],
        local: [1, 1], label: label(group.node), flops: flops(of: group) * tiles / count)
      // 36 products for 4 x 4 pixels of 9 each.
      product.savedFlops = product.flops / 4 * 3
      emit(product)
    }
  }

  /// The weights of a 3x3 convolution, and its bias, packed alike.
  private func filters(
    of node: Graph.Value, _ map: ColumnMap, operand: Placement, _ weights: WinogradTuning.Weights
  ) -> (weights: Storage, bias: Storage) {
    let value = graph[node].operands[1], inputs = graph[value].shape[1]
    let purpose = "winograd \(weights) \(operand.form) \(map.name)"
    let bias = bias(of: node, map, purpose: purpose)
    switch weights {
    case .filters:
      let filters = ColumnMap.Filters(
        map, inputs: inputs, taps: 9, operand: operand, isPadded: false, isWhole: true)
      let packed = constant(value, purpose: purpose, count: filters.count) {
        filters.pack($0, into: $1)
      }
      return (packed, bias)
    case .transforms:
      let filters = ColumnMap.Filters(
        map, inputs: inputs, taps: 36, operand: operand, isPadded: false)
      let packed = constant(value, purpose: purpose, count: filters.count, isFloat: true) {
        elements, target in
        target.clear()
        filters.forEach { filter, place in
          WinogradFilters.transform(elements, at: filter * 9) { point, value in
            target[place + point * filters.tapStride] = value
          }
        }
      }
      return (packed, bias)
    }
  }
}

/// The transform G g G^T of 3x3 filters to the 6x6 points 0, 5/8, -5/8, 3/2, -3/2, infinity.
///
/// Lavin, Gray: Fast Algorithms for Convolutional Neural Networks, CVPR 2016, arXiv 1509.09308,
/// with points that keep constants exact and errors small: see `cpu/winograd.cl`.
enum WinogradFilters {
  private static let rows: [SIMD3<Double>] = {
    let (p, q) = (0.625, 1.5)
    let a = 1 / (2 * p * p * (p * p - q * q)), b = 1 / (2 * q * q * (q * q - p * p))
    return [
      [1 / (p * p * q * q), 0, 0], a * [1, p, p * p], a * [1, -p, p * p], b * [1, q, q * q],
      b * [1, -q, q * q], [0, 0, 1],
    ]
  }()

  /// Calls `write` with each of the 36 points, in rows, of the filter that begins at `start`.
  @inline(__always)
  static func transform(
    _ filters: Elements, at start: Int, write: (Int, Float) -> Void
  ) {
    func line(_ i: Int) -> SIMD3<Double> {
      let at = start + i * 3
      return [Double(filters[at]), Double(filters[at + 1]), Double(filters[at + 2])]
    }
    let (rows, top, middle, bottom) = (rows, line(0), line(1), line(2))
    for i in 0..<6 {
      let mixed = rows[i].x * top + rows[i].y * middle + rows[i].z * bottom
      for j in 0..<6 { write(i * 6 + j, Float((mixed * rows[j]).sum())) }
    }
  }
}
