import Tensors

/// A graph of which what depends on parameters alone is a parameter itself.
///
/// Filters that are put together from others, scales of batch normalization and the like are
/// computed once, when a plan is prepared, and never on the device.
package struct FoldedGraph: Sendable {
  /// The graph in terms of ``parameters``' results and of the parameters that it still reads.
  package let graph: Graph
  /// What computes the new parameters, its results having their paths; nil where there are none.
  package let parameters: Graph?

  /// - Parameter number: tells its new parameters from those of other graphs.
  package init(_ whole: Graph, number: Int = 0) {
    let (constants, users) = (whole.constants, whole.users)
    let outputs = Set(whole.outputs.map(\.value))
    let ends = whole.values.filter { value in
      guard constants[value.index], !whole.isWeight(value) else { return false }
      return outputs.contains(value) || users[value.index].contains { !constants[$0.index] }
    }
    guard !ends.isEmpty else {
      (graph, parameters) = (whole, nil)
      return
    }
    let paths = Dictionary(
      uniqueKeysWithValues: ends.map { ($0, "\(whole[$0].path)#\(number).\($0.index)") })
    parameters = whole.reaching(paths)
    graph = whole.with(paths)
  }

  /// The parameters that the folded graph reads.
  /// - Parameters:
  ///   - weights: those of the whole graph.
  ///   - executor: computes the new ones.
  package func weights(
    _ weights: any WeightSource, on executor: some Executor
  ) throws -> any WeightSource {
    guard let parameters else { return weights }
    let computed = try executor.prepare(parameters, weights: weights).run([:])
    return FoldedWeights(computed: computed, others: weights)
  }
}

private struct FoldedWeights: WeightSource {
  let computed: [String: HostTensor]
  let others: any WeightSource

  func tensor(_ path: String) throws -> HostTensor {
    try computed[path] ?? others.tensor(path)
  }

  func format(_ path: String) -> BlockFormat? { computed[path] == nil ? others.format(path) : nil }

  func blocks(_ path: String, rows: Range<Int>) throws -> BlockTensor {
    try others.blocks(path, rows: rows)
  }
}

extension Graph {
  /// Whether each value depends on parameters alone, and not on how large images are: what is
  /// resized stays with the device.
  fileprivate var constants: [Bool] {
    var constants: [Bool] = []
    for node in nodes {
      switch node.op {
      case .input, .resize: constants.append(false)
      default: constants.append(node.operands.allSatisfy { constants[$0.index] })
      }
    }
    return constants
  }

  /// The graph of these values alone, which are its results.
  fileprivate func reaching(_ paths: [Value: String]) -> Graph {
    let results = paths.sorted { $0.key < $1.key }.map { (name: $0.value, value: $0.key) }
    return rebuilt(for: results, keeping: []) { self[$0] }
  }

  /// The graph with the values at these paths as parameters.
  fileprivate func with(_ paths: [Value: String]) -> Graph {
    rebuilt(for: outputs.map { ($0.name, $0.value) }, keeping: inputs.map(\.value)) { value in
      guard let path = paths[value] else { return self[value] }
      return Node(op: .weight(path), operands: [], shape: self[value].shape, path: path)
    }
  }

  /// The nodes that these results need, and `others`.
  private func rebuilt(
    for results: [(name: String, value: Value)], keeping others: [Value], node: (Value) -> Node
  ) -> Graph {
    var needed = Set(results.map(\.value)).union(others)
    for value in values.reversed() where needed.contains(value) {
      needed.formUnion(node(value).operands)
    }
    var (kept, places) = ([Node](), [Value: Value]())
    for value in values where needed.contains(value) {
      let old = node(value)
      places[value] = Value(kept.count)
      kept.append(
        Node(
          op: old.op, operands: old.operands.map { places[$0]! }, shape: old.shape, path: old.path))
    }
    return Graph(
      nodes: kept, outputs: results.map { Output(name: $0.name, value: places[$0.value]!) })
  }
}
