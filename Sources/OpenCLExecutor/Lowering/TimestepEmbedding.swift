import IR
import Tensors

extension Lowering {
  /// Times lie dense, as float32.
  func lowerTimestepEmbedding(_ op: TimestepEmbedding, _ value: Graph.Value) throws {
    let source = graph[value].operands[0]
    let times = try operand(source, as: .dense(graph[source].shape))
    let frequencies = constant(Constant(op.frequencies))
    let result = Placement.standard(graph[value].shape)
    let y = define(value, result)
    emit(
      Step(
        program: ProgramText(file: "portable/timestep_embedding"), entry: "timestep_embedding",
        arguments: [
          ("times", .read(times)), ("frequencies", .read(frequencies)), ("y", .write(y)),
          ("count", .int(graph[source].shape[1])), ("half_dimension", .int(op.dimension / 2)),
          ("cosine_first", .int(op.cosineFirst ? 1 : 0)),
        ],
        global: [result.lanes / target.width, result.rows], local: target.local(2),
        label: label(value)))
  }
}
