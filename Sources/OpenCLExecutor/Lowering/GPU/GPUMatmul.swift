import IR
import Tensors

extension Lowering {
  /// Batched products for the GPU family.
  func emitGPUMatmul(
    _ op: Matmul, _ value: Graph.Value, _ operands: MatmulOperands, y: Storage, _ result: Placement
  ) {
    let usesMatrixUnit = target.isHalf && target.features.matrixUnit != nil
    let batch = result.rows / operands.rows
    let (parts, partDepth) = Self.matmulParts(operands, lanes: result.lanes)
    let tile = productTile(operands, lanes: result.lanes, usesMatrixUnit: usesMatrixUnit)
    let (program, entry, threads) = productProgram(op, tile: tile, parts: parts)
    let sums = parts == 1 ? y : allocate(byteCount: parts * result.rows * result.lanes * 4)
    let tiles = ceilDivide(operands.rows, by: tile) * ceilDivide(result.lanes, by: tile)
    emit(
      Step(
        program: program, entry: entry,
        arguments: [
          ("a", .read(operands.a)), ("b", .read(operands.b)),
          (parts == 1 ? "y" : "partials", .write(sums)), ("rows", .int(operands.rows)),
          ("depth", .int(operands.depth)), ("columns", .int(operands.columns)),
          ("a_lanes", .int(operands.aLanes)), ("b_lanes", .int(operands.bLanes)),
          ("y_lanes", .int(result.lanes)), ("part_depth", .int(partDepth)), ("heads", .int(1)),
          ("a_start", .int(0)), ("b_start", .int(0)),
        ],
        global: [tiles * batch * threads, parts], local: [threads, 1], label: label(value),
        flops: flops(value)))
    guard parts > 1 else { return }
    emitJoin(
      of: parts, sums, bias: zeros(result.lanes), to: Rows(y, result), result, label: label(value))
  }

  /// What computes a product in square tiles, with the work-items of a group.
  func productProgram(
    _ op: Matmul, tile: Int, parts: Int
  ) -> (program: ProgramText, entry: String, threads: Int) {
    let usesMatrixUnit = target.isHalf && target.features.matrixUnit != nil
    var program = ProgramText(file: usesMatrixUnit ? "gpu/matrix_matmul" : "gpu/matmul")
    program.define("TRANSPOSES_FIRST", op.transposesFirst ? 1 : 0)
    program.define("TRANSPOSES_SECOND", op.transposesSecond ? 1 : 0)
    program.define("PARTS", parts)
    program.define("BM", tile)
    program.define("BN", tile)
    if usesMatrixUnit {
      // Few groups have a unit each to themselves: more slices are under way, for more work-items.
      let isAlone =
        parts > 1 && tile == 64 && 5 * 32 * 2 * tile * 2 <= target.device.localMemory
        && 256 <= target.device.largestWorkGroup
      program.define("WM", tile / 2)
      program.define("WN", isAlone ? 16 : 32)
      program.define("STAGES", isAlone ? 5 : 3)
      return (program, "matrix_matmul", (isAlone ? 4 : 2) * (tile / 32) * 32)
    }
    program.define("TM", tile / 16)
    program.define("TN", 8)
    return (program, "matmul", 16 * (tile / 8))
  }

  /// Rows and columns of a tile of a product: 128 where it is large and the device has room.
  private func productTile(
    _ operands: MatmulOperands, lanes: Int, usesMatrixUnit: Bool
  ) -> Int {
    let side = 128
    guard min(operands.rows, lanes) > target.tuning.number(.productTile) else { return 64 }
    // Slices of both operands: three of 32 depths in f16, two of 16 in f32, a little apart.
    let localBytes = usesMatrixUnit ? 3 * 32 * 2 * side * 2 : 2 * 16 * 2 * (side + 4) * 4
    var program = ProgramText(file: usesMatrixUnit ? "gpu/matrix_matmul" : "gpu/matmul")
    program.define("BM", side)
    let fits =
      localBytes <= target.device.localMemory && 256 <= target.device.largestWorkGroup
      && !target.oversized.hold(program)
    return fits ? side : 64
  }

  /// Into how many parts a long sum of few outputs is cut, and their depth. It decides the order of
  /// the sum, so it depends on one matrix alone.
  private static func matmulParts(
    _ operands: MatmulOperands, lanes: Int
  ) -> (count: Int, depth: Int) {
    let tiles = ceilDivide(operands.rows, by: 64) * ceilDivide(lanes, by: 64)
    let partDepth = 1024
    guard tiles <= 16, operands.depth >= 2 * partDepth else { return (1, operands.depth) }
    return (ceilDivide(operands.depth, by: partDepth), partDepth)
  }
}
