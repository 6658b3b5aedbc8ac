import IR
import Tensors

/// Convolutions in a row, each of which alone reads the one before: over single pixels, then maybe
/// a depthwise one, then maybe one over single pixels. What lies between them need not exist whole.
struct BandChain {
  /// Two or three, in order.
  let members: [Group]

  /// The chains of a graph's groups; no group is in two.
  static func chains(of groups: [Group], in graph: Graph) -> [BandChain] {
    let (users, outputs) = (graph.users, Set(graph.outputs.map(\.value)))
    let readers = Dictionary(groups.map { ($0.source, $0) }) { first, _ in first }
    var taken: Set<Graph.Value> = []
    func next(_ group: Group) -> Group? {
      guard users[group.result.index].count == 1, !outputs.contains(group.result) else {
        return nil
      }
      return readers[group.result]
    }
    return groups.compactMap { first in
      guard !taken.contains(first.result), first.isPointwise(in: graph), first.fold.shuffle == 1
      else { return nil }
      var members = [first]
      if let second = next(first), second.isSlidingDepthwise(in: graph) { members.append(second) }
      if let last = next(members.last!), last.isPointwise(in: graph) { members.append(last) }
      guard members.count > 1 else { return nil }
      taken.formUnion(members.map(\.result))
      return BandChain(members: members)
    }
  }
}

extension Group {
  /// What a convolution absorbed; nothing for other groups.
  var fold: Fold {
    guard case .convolution(let fold) = anchor else { return Fold() }
    return fold
  }

  /// The convolution that is the group's anchor, with its weights' shape (O, I, KH, KW), when they
  /// are parameters.
  func convolution(in graph: Graph) -> (op: Convolution, weight: Shape)? {
    let node = graph[node]
    guard case .convolution = anchor, case .convolution(let op) = node.op,
      node.operands.dropFirst().allSatisfy(graph.isWeight)
    else { return nil }
    return (op, Convolution.filters(graph[node.operands[1]].shape))
  }

  /// Whether the anchor is a convolution of single pixels.
  func isPointwise(in graph: Graph) -> Bool {
    guard let (op, weight) = convolution(in: graph) else { return false }
    return op.groups == 1 && op.stride == 1 && op.padding == Edges() && weight[2] == 1
      && weight[3] == 1
  }

  /// Whether the anchor is a depthwise convolution whose result is as large as its operand.
  func isSlidingDepthwise(in graph: Graph) -> Bool {
    guard let (op, weight) = convolution(in: graph), op.isDepthwise(weight: weight) else {
      return false
    }
    return op.stride == 1 && graph[node].shape == graph[source].shape
  }
}
