import IR
import Tensors

/// One op on operands of given shapes: for correctness on every executor, and for benchmarks.
package struct OpCase: ExecutorCase {
  /// Executors pack parameters ahead of time, so it matters which operands are parameters.
  package enum Role: Hashable, Sendable { case input, weight }

  package struct Operand: Sendable {
    package let role: Role
    package let shape: Shape
    package let values: Values?

    package static func input(_ shape: Shape, _ values: Values? = nil) -> Operand {
      Operand(role: .input, shape: shape, values: values)
    }

    package static func weight(_ shape: Shape, _ values: Values? = nil) -> Operand {
      Operand(role: .weight, shape: shape, values: values)
    }
  }

  package let name: String
  package let op: Op
  package let operands: [Operand]

  /// - Parameter name: what distinguishes the case among those of the same op and shapes.
  package init(_ op: Op, _ operands: [Operand], _ name: String = "") {
    let shapes = operands.map { ($0.role == .weight ? "w" : "") + "\($0.shape)" }
    self.name = ([op.name] + (name.isEmpty ? [] : [name]) + shapes).joined(separator: " ")
    self.op = op
    self.operands = operands
  }

  /// Operands are called `operand0`, `operand1`, ...; the result is `result`.
  package func graph() throws(Fault) -> Graph {
    try Trace.graph { trace in
      let tensors = operands.enumerated().map { index, operand in
        switch operand.role {
        case .input: trace.input(Self.operandName(index), operand.shape)
        case .weight: trace.weights[Self.operandName(index)](operand.shape)
        }
      }
      return ["result": tensors[0].apply(op, Array(tensors.dropFirst()))]
    }
  }

  package var values: [String: Values] {
    var values: [String: Values] = [:]
    for (index, operand) in operands.enumerated() {
      values[Self.operandName(index)] = operand.values
    }
    return values
  }

  package func tolerance(_ dtype: DType, in graph: Graph) -> Tolerance {
    .operation(dtype, reduction: op.reductionLength(operands: operands.map(\.shape)))
  }

  /// Floating-point operations of one evaluation.
  package func flops() throws(Fault) -> Int { try graph().flops }

  /// Bytes that one evaluation reads and writes at least, with storage of `dtype`.
  package func bytes(_ dtype: DType) throws(Fault) -> Int {
    let graph = try graph()
    let read = operands.reduce(0) { $0 + $1.shape.count }
    return (read + graph[graph.outputs[0].value].shape.count) * dtype.byteCount
  }

  private static func operandName(_ index: Int) -> String { "operand\(index)" }
}
