import IR
import Tensors

/// The operands that a network is written for: their shapes come from the caller.
package struct Operands {
  private let trace: Trace
  private let shapes: [String: Shape]

  init(trace: Trace, shapes: [String: Shape]) {
    self.trace = trace
    self.shapes = shapes
  }

  /// Declares an operand of the given rank; it is a fault when the caller has none.
  package func callAsFunction(_ name: String, rank: Int) -> Tensor {
    guard let shape = shapes[name] else {
      return trace.refuse(name, [], "the operand is missing")
    }
    guard shape.rank == rank else {
      return trace.refuse(name, [shape], "the operand must have \(rank) axes")
    }
    return trace.input(name, shape)
  }

  /// Declares an operand that the caller may leave out.
  package func optional(_ name: String, rank: Int) -> Tensor? {
    shapes[name].map { _ in self(name, rank: rank) }
  }
}
