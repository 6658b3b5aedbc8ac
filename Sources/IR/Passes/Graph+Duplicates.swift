import Tensors

extension Graph {
  /// The graph with nodes merged that compute the same op on the same values; the first stays.
  ///
  /// Results keep their bits: sums and products do not depend on the order of their operands.
  package func mergingDuplicates() -> Graph {
    struct Expression: Hashable {
      let op: Op
      let operands: [Value]
      let shape: Shape
    }
    var rewriter = GraphRewriter(self)
    var known: [Expression: Value] = [:]
    for value in values {
      let node = self[value]
      let operands = node.operands.map { rewriter.replacements[$0]! }
      let expression = Expression(
        op: node.op, operands: node.op.commutes ? operands.sorted() : operands, shape: node.shape)
      if let first = known[expression] {
        rewriter.replacements[value] = first
      } else {
        known[expression] = rewriter.keep(value)
      }
    }
    return rewriter.graph
  }
}

extension Op {
  fileprivate var commutes: Bool { self == .binary(.add) || self == .binary(.multiply) }
}
