import Tensors

/// exp(x - max) / sum exp(x - max) along one axis; of the largest elements alone where their number
/// is given, the first among equals, the others becoming 0.
package struct Softmax: OpRule, Hashable {
  package var axis: Int
  /// How many elements take part; nil for all.
  package var largest: Int?

  package init(axis: Int, largest: Int? = nil) {
    self.axis = axis
    self.largest = largest
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard (0..<x.rank).contains(axis) else { throw Misfit("no axis \(axis)") }
    if let largest, !(1...max(x[axis], 1) ~= largest) {
      throw Misfit("no \(largest) largest of \(x[axis])")
    }
    return x
  }

  package func flops(operands: [Shape], output: Shape) -> Int { 8 * output.count }

  package func reductionLength(operands: [Shape]) -> Int { operands[0][axis] }
}
