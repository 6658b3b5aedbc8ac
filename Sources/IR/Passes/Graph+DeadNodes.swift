extension Graph {
  /// The graph without the nodes that no output depends on.
  ///
  /// Inputs stay, so that the graph takes the same operands; parameters that nothing reads go,
  /// so weights are to be bound by the manifest of the original graph.
  package func removingDeadNodes() -> Graph {
    var isAlive = [Bool](repeating: false, count: nodes.count)
    for output in outputs { isAlive[output.value.index] = true }
    for (index, node) in nodes.enumerated().reversed() {
      if case .input = node.op { isAlive[index] = true }
      guard isAlive[index] else { continue }
      for operand in node.operands { isAlive[operand.index] = true }
    }
    var rewriter = GraphRewriter(self)
    for value in values where isAlive[value.index] { rewriter.keep(value) }
    return rewriter.graph
  }
}
