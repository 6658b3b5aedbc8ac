import IR
import Tensors

/// A convolution over single pixels and the depthwise 3x3 one that alone reads it. On GPUs one
/// launch may compute both; what lies between them then never exists whole.
struct ExpandedDepthwise {
  let expansion: Group
  let depthwise: Group

  /// The pairs among a graph's groups whose one kernel knows all that they do: a normalization
  /// before, a gate behind.
  static func pairs(of groups: [Group], in graph: Graph) -> [ExpandedDepthwise] {
    let (users, outputs) = (graph.users, Set(graph.outputs.map(\.value)))
    let filters = groups.filter { $0.slidesByOne(in: graph) && $0.chain.isEmpty }
    let readers = Dictionary(filters.map { ($0.source, $0) }) { first, _ in first }
    return groups.compactMap { group in
      guard let depthwise = readers[group.result], group.isBareProduct(in: graph),
        users[group.result.index].count == 1, !outputs.contains(group.result)
      else { return nil }
      return ExpandedDepthwise(expansion: group, depthwise: depthwise)
    }
  }
}

extension Group {
  /// Whether nothing but a normalization belongs to a convolution over single pixels.
  fileprivate func isBareProduct(in graph: Graph) -> Bool {
    isPointwise(in: graph) && chain.isEmpty && fold.gate == nil && fold.shuffle == 1
      && fold.mates.isEmpty && fold.prologue.isEmpty
  }

  /// Whether the anchor is a depthwise convolution over a pixel and its eight neighbours.
  fileprivate func slidesByOne(in graph: Graph) -> Bool {
    guard isSlidingDepthwise(in: graph), let (op, weight) = convolution(in: graph) else {
      return false
    }
    return weight[2] == 3 && weight[3] == 3 && op.dilation == 1 && op.padding == .all(1)
  }
}
