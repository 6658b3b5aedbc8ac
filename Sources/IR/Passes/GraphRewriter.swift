/// Builds a graph from another one, node by node in evaluation order.
struct GraphRewriter {
  private let original: Graph
  private var nodes: [Graph.Node] = []
  /// The new value that stands for each value of the original graph, as far as it is known.
  var replacements: [Graph.Value: Graph.Value] = [:]

  init(_ original: Graph) { self.original = original }

  /// Takes over the node of `value`; its operands must have replacements.
  @discardableResult
  mutating func keep(_ value: Graph.Value) -> Graph.Value {
    let node = original[value]
    nodes.append(
      Graph.Node(
        op: node.op, operands: node.operands.map { replacements[$0]! }, shape: node.shape,
        path: node.path))
    let replacement = Graph.Value(nodes.count - 1)
    replacements[value] = replacement
    return replacement
  }

  /// The new graph, with the outputs of the original one.
  var graph: Graph {
    Graph(
      nodes: nodes,
      outputs: original.outputs.map {
        Graph.Output(name: $0.name, value: replacements[$0.value]!)
      })
  }
}
