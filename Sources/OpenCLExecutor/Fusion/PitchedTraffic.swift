import IR
import Tensors

/// Who writes and reads the values of a graph at any pitch: as lanes of wider rows, too.
struct PitchedTraffic {
  private let users: [[Graph.Value]]
  private let outputs: Set<Graph.Value>
  /// What is written by kernels that bear any pitch.
  private var written: Set<Graph.Value> = []
  /// The results of the groups that read a value at any pitch.
  private var readers: [Graph.Value: [Graph.Value]] = [:]

  init(_ groups: [Group], in graph: Graph) {
    users = graph.users
    outputs = Set(graph.outputs.map(\.value))
    for group in groups {
      if group.writesAtAnyPitch(in: graph) { written.insert(group.result) }
      for value in group.pitchedOperands(in: graph) {
        readers[value, default: []].append(group.result)
      }
    }
  }

  /// Whether nobody who writes or reads a value wants it by itself.
  func mayHavePitch(_ value: Graph.Value) -> Bool {
    written.contains(value) && !outputs.contains(value)
      && readers[value]?.count == users[value.index].count
  }

  /// The result of the last group that reads a value.
  func lastReader(of value: Graph.Value) -> Graph.Value {
    (users[value.index] + (readers[value] ?? [])).max() ?? value
  }
}

extension Group {
  /// Whether the kernel stores its result at any pitch.
  fileprivate func writesAtAnyPitch(in graph: Graph) -> Bool {
    switch anchor {
    case .convolution(let fold): isDense(in: graph) && fold.mates.isEmpty
    case .channelAttention, .windowMixture, .elementwise: true
    case .other: channelConcatenation(in: graph) != nil
    }
  }

  /// The anchor, where it puts channels one after the other.
  func channelConcatenation(in graph: Graph) -> Concatenation? {
    guard case .other = anchor, case .concatenation(let op) = graph[node].op,
      op.axis == Placement.standard(graph[node].shape).axis
    else { return nil }
    return op
  }

  /// The values that the group reads at any pitch.
  fileprivate func pitchedOperands(in graph: Graph) -> [Graph.Value] {
    let besides = chain.operands.filter(\.access.bearsPitch).map(\.value)
    switch anchor {
    case .convolution: return (isDense(in: graph) ? [source] : []) + besides
    case .elementwise: return [source] + besides
    case .channelAttention, .windowMixture: return besides
    case .other:
      switch graph[node].op {
      case .concatenation, .slice, .pixelShuffle, .pixelUnshuffle: return graph[node].operands
      case .attention: return Array(Set(graph[node].operands.prefix(3)))
      case .groupNormCoefficient: return [source]
      default: return []
      }
    }
  }

  /// Whether the anchor is a convolution whose outputs see all channels, with packed weights.
  private func isDense(in graph: Graph) -> Bool {
    convolution(in: graph).map { $0.op.groups == 1 } ?? false
  }
}
