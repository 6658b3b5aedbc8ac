import IR
import Tensors

/// Which operands of concatenations along the channels are written in their place at once.
///
/// A concatenation is no step where all of its operands are. One is where whoever writes it and all
/// who read it bear any pitch, where it begins at a vector, and where it is read no longer than the
/// concatenation, whose rows would else be kept for it. A concatenation that is an operand of
/// another lies in the rows of that one.
///
/// This is a matter of the graph's structure alone, never of the batch.
struct ConcatenationPlan {
  struct Home: Equatable {
    /// The outermost concatenation.
    let host: Graph.Value
    /// The first lane in its rows.
    let start: Int
  }

  /// Of concatenations with operands in place, and of those operands.
  private(set) var homes: [Graph.Value: Home] = [:]

  init(_ groups: [Group], in graph: Graph) {
    let traffic = PitchedTraffic(groups, in: graph)
    for group in groups.reversed() {
      guard let op = group.channelConcatenation(in: graph) else { continue }
      takeOperands(of: group.node, op, traffic, in: graph)
    }
  }

  /// Gives the operands of a concatenation their places in it.
  private mutating func takeOperands(
    of value: Graph.Value, _ op: Concatenation, _ traffic: PitchedTraffic, in graph: Graph
  ) {
    let home = homes[value] ?? Home(host: value, start: 0)
    var channel = 0
    for operand in graph[value].operands {
      let start = channel
      channel += graph[operand].shape[op.axis]
      let isLast = channel == graph[value].shape[op.axis]
      guard start.isMultiple(of: Placement.vectorWidth),
        isLast || channel.isMultiple(of: Placement.vectorWidth), homes[operand] == nil,
        traffic.mayHavePitch(operand),
        traffic.lastReader(of: operand) <= traffic.lastReader(of: home.host)
      else { continue }
      homes[operand] = Home(host: home.host, start: home.start + start)
      homes[value] = home
    }
  }
}
