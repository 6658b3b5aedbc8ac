import IR
import Tensors

/// A sum that grows on the device from one evaluation of a plan to the next.
package struct CarriedSum: Sendable {
  package let carry: Carry

  /// - Parameter name: of the operand, and of the result that the next evaluation begins with.
  package init(_ name: String) { carry = Carry(output: name, input: name) }

  /// Traces the sum with these addends, in their order.
  package func grown(by addends: [Tensor], _ shape: Shape, in trace: Trace) -> Tensor {
    addends.reduce(trace.input(carry.input, shape), +)
  }

  /// What the next evaluation begins with.
  /// - Parameter continues: 1, or 0 to begin anew.
  package func carried(_ sum: Tensor, times continues: Tensor) -> (String, Tensor) {
    (carry.output, sum * continues)
  }

  /// What the first evaluation begins with.
  package func start(_ shape: Shape) -> [String: HostTensor] { [carry.input: .zeros(shape)] }
}
