import IR
import Tensors

extension Lowering {
  /// Attention between channels as two small steps that make the weights of the 1x1 convolution by
  /// which v is mixed and projected: panels for each image, as the convolution's kernel wants them.
  /// - Parameter projection: the convolution's own weights [panel][depth][column].
  func emitMixedWeights(
    _ attention: ChannelAttention, _ group: Group, projection: Storage, _ map: ColumnMap,
    depth: Int, for tile: some ConvolutionTile
  ) throws -> Storage {
    let matrices = graph[attention.similarity].shape
    let parts = GramParts(of: Placement.standard(graph[attention.source].shape).rowsPerImage)
    let partials = try emitProducts(attention, matrices, parts, label(group.node))
    let packing = tile.mixedPacking
    let padded = roundUp(depth, to: packing.depths)
    var program = ProgramText(file: "gpu/channel_attention")
    program.define("CHANNELS", matrices[3])
    program.define("BN", map.panelColumns)
    program.define("PACKING", packing.number)
    program.define("BK", packing.depths)
    let threads = min(512, target.device.largestWorkGroup)
    let columns = Self.foldedColumns(
      of: map.panelColumns, groups: map.panels * matrices[0] * matrices[1],
      units: target.device.computeUnits)
    program.define("COLUMNS", columns)
    program.define("THREADS", threads)
    let pieces = map.panelColumns / columns
    let elements = matrices[0] * map.channels.count * padded
    let weights = allocate(byteCount: elements * target.dtype.byteCount)
    emit(
      Step(
        program: program, entry: "fold",
        arguments: [
          ("partials", .read(partials)), ("temperature", .read(temperature(of: attention))),
          ("projection", .read(projection)), ("w", .write(weights)),
          ("parts", .int(parts.count)),
          ("lanes", .int(roundUp(matrices[3], to: Placement.vectorWidth))),
          ("depth", .int(depth)), ("padded", .int(padded)),
          ("epsilon", .float(attention.epsilon)),
        ],
        global: [map.panels * pieces * threads, matrices[1], matrices[0]],
        local: [threads, 1, 1], label: "fold " + label(group.node),
        flops: 2 * elements * matrices[3]))
    return weights
  }

  /// Columns of a group that folds an attention into a panel: the fewest with which every compute
  /// unit has at most one group, since each adds all parts of the products again; no more than
  /// there are registers for.
  private static func foldedColumns(of panel: Int, groups: Int, units: Int) -> Int {
    let width = Placement.vectorWidth
    let divisors = stride(from: width, through: min(panel, 4 * width), by: width).filter {
      panel.isMultiple(of: $0)
    }
    return divisors.first { groups * (panel / $0) <= units } ?? divisors.last!
  }

  /// q k^T of every head and the squares of both, in parts of the pixels.
  /// - Parameter matrices: (N, heads, C, C).
  private func emitProducts(
    _ attention: ChannelAttention, _ matrices: Shape, _ parts: GramParts, _ label: String
  ) throws -> Storage {
    let source = Placement.standard(graph[attention.source].shape)
    let read = Placement.standard(
      source.shape.replacing(1, with: 2 * matrices[1] * matrices[3]))
    let x = lanes(of: try rows(of: attention.source, as: source), read)
    let (channels, side) = (matrices[3], 64)
    var (program, entry, threads) = productProgram(
      Matmul(transposesFirst: true), tile: side, parts: parts.count)
    program.define("SQUARES", 1)
    let lanes = roundUp(channels, to: Placement.vectorWidth)
    let groups = matrices[0] * matrices[1]
    let partials = allocate(byteCount: parts.count * groups * (channels + 2) * lanes * 4)
    let tiles = ceilDivide(channels, by: side) * ceilDivide(lanes, by: side)
    emit(
      Step(
        program: program, entry: entry,
        arguments: [
          ("a", .read(x.storage)), ("b", .read(x.storage)), ("partials", .write(partials)),
          ("rows", .int(channels)), ("depth", .int(source.rowsPerImage)),
          ("columns", .int(channels)), ("a_lanes", .int(x.pitch)), ("b_lanes", .int(x.pitch)),
          ("y_lanes", .int(lanes)), ("part_depth", .int(parts.rows)),
          ("heads", .int(matrices[1])), ("a_start", .int(x.start + attention.starts.q)),
          ("b_start", .int(x.start + attention.starts.k)),
        ],
        global: [tiles * groups * threads, parts.count], local: [threads, 1],
        label: "similarity " + label, flops: flops(attention.similarity)))
    return partials
  }
}

/// How the sum over the pixels of an image is cut: at most 32 parts, which every group that makes
/// weights of them adds up again. It decides the order of the sum, and so depends on the image
/// alone.
private struct GramParts {
  let rows: Int
  let count: Int

  init(of pixels: Int) {
    rows = max(128, roundUp(ceilDivide(pixels, by: 32), to: 32))
    count = ceilDivide(pixels, by: rows)
  }
}
