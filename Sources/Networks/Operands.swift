import IR
import Tensors

/// The operands that a network is written for: their shapes come from the caller.
package struct Operands {
  private let trace: Trace
  private let shapes: [String: Shape]
  private let values: [String: Tensor]

  /// - Parameters:
  ///   - shapes: of operands that the network declares.
  ///   - values: operands that are results of other parts of the trace.
  package init(trace: Trace, shapes: [String: Shape], values: [String: Tensor] = [:]) {
    self.trace = trace
    self.shapes = shapes.merging(values.mapValues(\.shape)) { _, value in value }
    self.values = values
  }

  /// Declares an operand of the given rank; it is a fault when the caller has none.
  package func callAsFunction(_ name: String, rank: Int) -> Tensor {
    self(name, ranks: rank...rank)
  }

  /// Declares an operand of one of the given ranks; it is a fault when the caller has none.
  package func callAsFunction(_ name: String, ranks: ClosedRange<Int>) -> Tensor {
    guard let shape = shapes[name] else {
      return trace.refuse(name, [], "the operand is missing")
    }
    guard ranks.contains(shape.rank) else {
      let known = Set([ranks.lowerBound, ranks.upperBound]).sorted().map(String.init)
      return trace.refuse(
        name, [shape], "the operand must have \(known.joined(separator: " or ")) axes")
    }
    return values[name] ?? trace.input(name, shape)
  }

  /// Declares an operand that the caller may leave out.
  package func optional(_ name: String, rank: Int) -> Tensor? {
    has(name) ? self(name, rank: rank) : nil
  }

  /// Whether the caller has an operand of this name.
  package func has(_ name: String) -> Bool { shapes[name] != nil }

  /// Stands for `operand`, which the network has no use for; the trace ends in this fault.
  func refuse(_ name: String, _ operand: Tensor, _ reason: String) -> Tensor {
    operand.isInvalid ? operand : trace.refuse(name, [operand.shape], reason)
  }
}
