import IR
import Tensors

/// Ops on whole rows of channels, for the GPU family: a team of work-items shares a row.
extension Lowering {
  func emitGPUNormalization(
    _ value: Graph.Value, _ placement: Placement, _ centring: NormalizationKernel.Centring,
    _ arguments: [(name: String, value: Argument)]
  ) {
    var program = rowProgram("gpu/normalization", placement)
    program.define("NORMALIZATION", centring.rawValue)
    emitRows(program, "normalization", value, placement, arguments)
  }

  func emitGPUEuclidean(
    _ op: Normalization, _ value: Graph.Value, _ placement: Placement, x: Storage, y: Storage
  ) {
    emitRows(
      rowProgram("gpu/normalization", placement), "euclidean", value, placement,
      [
        ("x", .read(x)), ("y", .write(y)), ("rows", .int(placement.rows)),
        ("lanes", .int(placement.lanes)), ("epsilon", .float(op.epsilon)),
      ])
  }

  func emitGPUSoftmax(_ value: Graph.Value, _ placement: Placement, x: Storage, y: Storage) {
    emitRows(
      rowProgram("gpu/softmax", placement), "softmax", value, placement,
      [
        ("x", .read(x)), ("y", .write(y)), ("rows", .int(placement.rows)),
        ("channels", .int(placement.channels)), ("lanes", .int(placement.lanes)),
      ])
  }

  private func rowProgram(_ file: String, _ placement: Placement) -> ProgramText {
    var program = ProgramText(file: file)
    program.define("THREADS", GPUTeams.rowThreads)
    program.define("TEAM", GPUTeams.rowTeam(lanes: placement.lanes))
    return program
  }

  private func emitRows(
    _ program: ProgramText, _ entry: String, _ value: Graph.Value, _ placement: Placement,
    _ arguments: [(name: String, value: Argument)]
  ) {
    let threads = GPUTeams.rowThreads
    let team = GPUTeams.rowTeam(lanes: placement.lanes)
    emit(
      Step(
        program: program, entry: entry, arguments: arguments,
        global: [roundUp(placement.rows * team, to: threads)], local: [threads],
        label: label(value), flops: flops(value)))
  }
}
