import IR
import Tensors

extension Lowering {
  /// The mean over the pixels of every image, from the sums of a depthwise convolution when it
  /// left them. Which it is depends on the graph, never on the batch.
  func lowerGPUPool(_ value: Graph.Value) throws {
    let source = graph[value].operands[0]
    let shape = graph[source].shape
    let placement = Placement.standard(shape)
    let (lanes, pixels) = (placement.lanes, shape[2] * shape[3])
    let vectors = target.tuning.number(.poolVectors)
    let blocks = ceilDivide(lanes / target.width, by: vectors)
    let threads = GPUTeams.poolTeam * vectors
    let sums: Storage
    let parts: Int
    if let left = partialSums[source] {
      (sums, parts) = (left, Self.depthwiseParts(height: shape[2], width: shape[3]))
    } else {
      parts = ceilDivide(pixels, by: GPUTeams.poolRows)
      sums = allocate(byteCount: shape[0] * parts * lanes * 4)
      let x = try operand(source, as: placement)
      emit(
        Step(
          program: poolProgram, entry: "partial_sums",
          arguments: [
            ("x", .read(x)), ("partials", .write(sums)), ("rows_per_image", .int(pixels)),
            ("part_rows", .int(GPUTeams.poolRows)), ("columns", .int(lanes)),
          ],
          global: [blocks * threads, parts, shape[0]], local: [threads, 1, 1],
          label: label(value), flops: flops(value)))
    }
    let y = define(value, .standard(graph[value].shape))
    emit(
      Step(
        program: poolProgram, entry: "pool",
        arguments: [
          ("partials", .read(sums)), ("y", .write(y)), ("parts", .int(parts)),
          ("columns", .int(lanes)), ("count", .int(pixels)),
        ],
        global: [blocks * threads, 1, shape[0]], local: [threads, 1, 1], label: label(value)))
  }

  private var poolProgram: ProgramText {
    var program = ProgramText(file: "gpu/pool")
    program.define("VECTORS", target.tuning.number(.poolVectors))
    program.define("TEAM", GPUTeams.poolTeam)
    return program
  }

  /// Work-groups of a depthwise convolution that share an image's channels.
  static func depthwiseParts(height: Int, width: Int) -> Int {
    ceilDivide(height, by: GPUTeams.depthwiseRows)
      * ceilDivide(width, by: GPUTeams.depthwiseSpan)
  }
}
