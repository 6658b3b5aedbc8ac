import Tensors

/// exp(x - max) / sum exp(x - max) along one axis.
package struct Softmax: OpRule, Hashable {
  package var axis: Int

  package init(axis: Int) { self.axis = axis }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard (0..<x.rank).contains(axis) else { throw Misfit("no axis \(axis)") }
    return x
  }

  package func flops(operands: [Shape], output: Shape) -> Int { 8 * output.count }
}
