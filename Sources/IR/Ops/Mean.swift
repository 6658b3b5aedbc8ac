import Tensors

/// Arithmetic mean over some axes, which keep extent 1.
package struct Mean: OpRule, Hashable {
  package var axes: [Int]

  package init(axes: [Int]) { self.axes = axes.sorted() }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard !axes.isEmpty, Set(axes).count == axes.count, axes.allSatisfy({ 0..<x.rank ~= $0 })
    else { throw Misfit("no axes \(axes)") }
    return Shape(x.extents.enumerated().map { axes.contains($0.offset) ? 1 : $0.element })
  }

  package func flops(operands: [Shape], output: Shape) -> Int { operands[0].count }

  package func reductionLength(operands: [Shape]) -> Int { axes.reduce(1) { $0 * operands[0][$1] } }
}
