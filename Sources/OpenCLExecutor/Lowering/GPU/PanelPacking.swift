/// How a kernel for matrix instructions wants weights that are packed in panels
/// [panel][depth][column], the taps counting as depths.
struct PanelPacking: Sendable {
  /// What distinguishes it from other packings of the same panels.
  let name: String
  /// Elements of the packed weights, no fewer than the panels have.
  let count: Int
  /// Turns panels at the start of memory for `count` elements into what the kernel wants.
  let apply: @Sendable (PackedElements) -> Void

  /// The fragments of gpu/matrix_convolution.cl: [panel][depth / 16][column / 16][lane][8].
  static func fragments(_ filters: ColumnMap.Filters) -> PanelPacking {
    let columns = filters.map.panelColumns
    return PanelPacking(name: "fragments", count: filters.count) { panels in
      orderAsFragments(panels, columns: columns)
    }
  }

  private static func orderAsFragments(_ panels: PackedElements, columns: Int) {
    let size = 16 * columns
    var slice = [Float](repeating: 0, count: size)
    for start in stride(from: 0, to: panels.count, by: size) {
      for index in 0..<size { slice[index] = panels[start + index] }
      for block in 0..<columns / 16 {
        for lane in 0..<32 {
          for place in 0..<8 {
            let depth = 2 * (lane % 4) + place % 2 + place / 2 % 2 * 8
            let column = 4 * (lane / 8) + lane / 4 % 2 + place / 4 * 2
            panels[start + (block * 32 + lane) * 8 + place] =
              slice[depth * columns + block * 16 + column]
          }
        }
      }
    }
  }

  /// The slices of gpu/warpgroup_convolution.cl, with chunks of 8 depths where the instruction
  /// looks for them: [panel][slice][column][depth], zero past the last depth.
  /// - Parameter depth: of a slice, 32 or 64.
  static func slices(_ filters: ColumnMap.Filters, depth: Int) -> PanelPacking {
    slices(
      panels: filters.map.panels, columns: filters.map.panelColumns,
      depths: filters.taps * filters.depth, slice: depth)
  }

  /// - Parameters:
  ///   - depths: of a panel before it is packed.
  ///   - slice: depths of a slice.
  static func slices(panels: Int, columns: Int, depths: Int, slice: Int) -> PanelPacking {
    let padded = roundUp(depths, to: slice)
    return PanelPacking(name: "slices \(slice)", count: panels * padded * columns) { target in
      // A panel grows, so the last one makes room first.
      for panel in (0..<panels).reversed() {
        let source = target[panel * depths * columns..<(panel + 1) * depths * columns]
        let weights = (0..<source.count).map { source[$0] }
        orderAsSlices(
          weights, columns: columns, slice: slice,
          into: target[panel * padded * columns..<(panel + 1) * padded * columns])
      }
    }
  }

  private static func orderAsSlices(
    _ weights: [Float], columns: Int, slice: Int, into target: PackedElements
  ) {
    target.clear()
    for row in 0..<columns {
      let column = row / 16 * 16 + row % 8 / 2 * 4 + row % 2 + row / 8 % 2 * 2
      let swizzle = row / (64 / slice) % (slice / 8)
      for depth in 0..<weights.count / columns {
        let start = depth / slice * slice * columns + row * slice
        let place = (depth % slice / 8 ^ swizzle) * 8 + depth % 8
        target[start + place] = weights[depth * columns + column]
      }
    }
  }
}
