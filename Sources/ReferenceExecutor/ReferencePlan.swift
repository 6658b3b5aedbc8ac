import IR
import Tensors

/// A graph with its parameters, evaluated node by node.
package struct ReferencePlan: Plan, Sendable {
  package let graph: Graph
  package let deviceBytes = 0
  private let parameters: [String: HostTensor]
  /// For every node, the values that no later node reads.
  private let lastReads: [[Graph.Value]]

  init(graph: Graph, parameters: [String: HostTensor]) {
    self.graph = graph
    self.parameters = parameters
    lastReads = Self.lastReads(in: graph)
  }

  package func run(_ operands: [String: HostTensor]) throws -> [String: HostTensor] {
    try run(operands) { _, _ in }
  }

  /// Evaluates the graph and shows every value to `observe` as soon as it is known, in the order
  /// of the nodes, operands and parameters included.
  package func run(
    _ operands: [String: HostTensor],
    observing observe: (Graph.Value, HostTensor) throws -> Void
  ) throws -> [String: HostTensor] {
    try OperandError.check(operands, against: graph)
    var values = [HostTensor?](repeating: nil, count: graph.nodes.count)
    for value in graph.values {
      let node = graph[value]
      let result = evaluate(node, on: node.operands.map { values[$0.index]! }, operands)
      try observe(value, result)
      values[value.index] = result
      for spent in lastReads[value.index] { values[spent.index] = nil }
    }
    let results = graph.outputs.map { ($0.name, values[$0.value.index]!) }
    return Dictionary(results) { first, _ in first }
  }

  private func evaluate(
    _ node: Graph.Node, on tensors: [HostTensor], _ operands: [String: HostTensor]
  ) -> HostTensor {
    switch node.op {
    case .input(let name): operands[name]!.asFloat32
    case .weight(let path): parameters[path]!
    case .convolution(let op): op.evaluated(on: tensors, shape: node.shape)
    case .matmul(let op): op.evaluated(on: tensors, shape: node.shape)
    case .normalization(let op): op.evaluated(on: tensors, shape: node.shape)
    case .softmax(let op): op.evaluated(on: tensors, shape: node.shape)
    case .mean(let op): op.evaluated(on: tensors, shape: node.shape)
    case .argmax(let op): op.evaluated(on: tensors, shape: node.shape)
    case .groupNormCoefficient(let op): op.evaluated(on: tensors, shape: node.shape)
    case .attention(let op): op.evaluated(on: tensors, shape: node.shape)
    case .embedding(let op): op.evaluated(on: tensors, shape: node.shape)
    case .timestepEmbedding(let op): op.evaluated(on: tensors, shape: node.shape)
    case .rotaryEmbedding(let op): op.evaluated(on: tensors, shape: node.shape)
    case .localMean(let op): op.evaluated(on: tensors, shape: node.shape)
    case .maxPool(let op): op.evaluated(on: tensors, shape: node.shape)
    case .windowAttention(let op): op.evaluated(on: tensors, shape: node.shape)
    case .windowSimilarity(let op): op.evaluated(on: tensors, shape: node.shape)
    case .windowMixture(let op): op.evaluated(on: tensors, shape: node.shape)
    case .searchWindow(let op): op.evaluated(on: tensors, shape: node.shape)
    case .patchTransfer(let op): op.evaluated(on: tensors, shape: node.shape)
    case .unary(let op): op.evaluated(on: tensors, shape: node.shape)
    case .binary(let op): op.evaluated(on: tensors, shape: node.shape)
    case .reshape: tensors[0].reshaped(node.shape)
    case .transpose(let op): op.evaluated(on: tensors, shape: node.shape)
    case .slice(let op): op.evaluated(on: tensors, shape: node.shape)
    case .gather(let op): op.evaluated(on: tensors, shape: node.shape)
    case .insertion(let op): op.evaluated(on: tensors, shape: node.shape)
    case .concatenation(let op): op.evaluated(on: tensors, shape: node.shape)
    case .padding(let op): op.evaluated(on: tensors, shape: node.shape)
    case .pixelShuffle(let op): op.evaluated(on: tensors, shape: node.shape)
    case .pixelUnshuffle(let op): op.evaluated(on: tensors, shape: node.shape)
    case .resize(let op): op.evaluated(on: tensors, shape: node.shape)
    }
  }

  private static func lastReads(in graph: Graph) -> [[Graph.Value]] {
    var lastReads = [[Graph.Value]](repeating: [], count: graph.nodes.count)
    let kept = Set(graph.outputs.map(\.value))
    for (index, users) in graph.users.enumerated() where !kept.contains(Graph.Value(index)) {
      lastReads[users.last?.index ?? index].append(Graph.Value(index))
    }
    return lastReads
  }
}
