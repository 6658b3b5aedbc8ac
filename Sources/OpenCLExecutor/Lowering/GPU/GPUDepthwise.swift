import IR
import Tensors

extension Lowering {
  /// One filter for each channel, with gate and pooling, for the GPU family.
  func lowerGPUDepthwise(
    _ group: Group, _ fold: Group.Fold, _ op: Convolution, _ weight: Shape
  ) throws {
    let source = Placement.lanes(
      graph[group.source].shape, axis: 1, parts: fold.gate == nil ? 1 : 2)
    let result = Placement.standard(graph[group.result].shape)
    let output = graph[group.node].shape
    let pools = users[group.result.index].contains { isPool($0) }
    var program = ProgramText(file: "gpu/depthwise")
    program.define(op, weight)
    program.define("POOL", pools ? 1 : 0)
    let vectors = target.tuning.number(.depthwiseVectors)
    program.define("VECTORS", vectors)
    program.define("SPAN", GPUTeams.depthwiseSpan)
    let rows = pools ? GPUTeams.depthwiseRows : depthwiseRows(result, vectors: vectors)
    program.define("ROWS", rows)
    let x = try operand(group.source, as: source)
    let (w, bias) = packedDepthwise(group.node, source)
    let y = define(group.result, result)
    var arguments: [(name: String, value: Argument)] = [
      ("x", .read(x)), ("w", .read(w)), ("bias", .read(bias)), ("y", .write(y)),
    ]
    if pools {
      let parts = Self.depthwiseParts(height: output[2], width: output[3])
      let sums = allocate(byteCount: output[0] * parts * result.lanes * 4)
      partialSums[group.result] = sums
      arguments.append(("partials", .write(sums)))
    }
    arguments += [
      ("height", .int(source.shape[2])), ("width", .int(source.shape[3])),
      ("columns", .int(result.lanes)), ("output_height", .int(output[2])),
      ("output_width", .int(output[3])), ("pad_top", .int(op.padding.top)),
      ("pad_left", .int(op.padding.left)),
    ]
    arguments += try hooks(of: group, fold, source: source, result: result, in: &program)
    let threads = vectors * GPUTeams.depthwiseSpan
    emit(
      Step(
        program: program, entry: "depthwise", arguments: arguments,
        global: [
          ceilDivide(result.lanes / target.width, by: vectors) * threads,
          ceilDivide(output[3], by: GPUTeams.depthwiseSpan),
          ceilDivide(output[2], by: rows) * output[0],
        ],
        local: [threads, 1, 1], label: label(group.node), flops: flops(of: group)))
  }

  /// Output rows of a group that leaves no sums: so many that every compute unit has enough groups.
  private func depthwiseRows(_ result: Placement, vectors: Int) -> Int {
    let shape = result.shape
    let blocks =
      shape[0] * ceilDivide(shape[3], by: GPUTeams.depthwiseSpan)
      * ceilDivide(result.lanes / target.width, by: vectors)
    return GPUTeams.depthwiseRows(
      lines: shape[2], blocks: blocks, units: target.device.computeUnits)
  }
}
