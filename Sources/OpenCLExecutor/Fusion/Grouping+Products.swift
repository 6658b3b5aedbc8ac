import IR
import Tensors

// MARK: Products of one operand

extension Grouping {
  /// Makes one group of 1x1 convolutions that read the same operand in the same way, such as the
  /// projections to queries, keys and values, where those who read the results bear it that these
  /// lie in wider rows. A normalization that they all read goes with them.
  mutating func joinProducts() {
    let readers = pitchedReaders()
    var families: [Products: [Group]] = [:]
    for group in groups.values.sorted(by: { $0.result < $1.result }) {
      guard isJoinable(group), readers[group.result] == users[group.result.index].count,
        !outputs.contains(group.result)
      else { continue }
      families[Products(group), default: []].append(group)
    }
    for members in families.values {
      for members in portions(of: members) where members.count > 1 { join(members) }
    }
  }

  /// Members cut into products of so many columns that devices have room for their weights in one
  /// piece, and hosts for a copy.
  private func portions(of members: [Group]) -> [[Group]] {
    var (portions, columns) = ([[Group]](), 0)
    for member in members {
      let own = graph[member.node].shape[1]
      if portions.isEmpty || columns + own > mostJoinedColumns {
        portions.append([])
        columns = 0
      }
      portions[portions.count - 1].append(member)
      columns += own
    }
    return portions
  }

  /// What members of a joined product agree in.
  private struct Products: Hashable {
    let source: Graph.Value
    let normalization: Graph.Value?
    let prologue: String

    init(_ group: Group) {
      source = group.source
      normalization = group.fold.normalization?.node
      prologue = group.fold.prologue.stages.map { "\($0)" }.joined(separator: " ")
    }
  }

  private func isJoinable(_ group: Group) -> Bool {
    let fold = group.fold
    return group.isPointwise(in: graph) && !apart.contains(graph[group.node].operands[1])
      && fold.gate == nil && fold.shuffle == 1
      && fold.prologue.operands.isEmpty && group.chain.isEmpty
      && graph[group.node].shape[1].isMultiple(of: Placement.vectorWidth)
  }

  /// How many of the users of each value find it in wider rows.
  private func pitchedReaders() -> [Graph.Value: Int] {
    var readers: [Graph.Value: Int] = [:]
    for group in groups.values {
      var values = Set(group.chain.operands.filter { $0.access == .imageChannel }.map(\.value))
      if case .other = group.anchor, case .attention = graph[group.node].op {
        values.formUnion(graph[group.node].operands.prefix(3))
      }
      for value in values { readers[value, default: 0] += 1 }
    }
    return readers
  }

  private mutating func join(_ members: [Group]) {
    var first = members[0]
    var fold = first.fold
    fold.mates = members.dropFirst().map(\.result)
    if let feeder = groups[first.source], case .other = feeder.anchor,
      users[first.source.index].count == members.count, !outputs.contains(first.source),
      let normalization = rowNormalization(first.source)
    {
      fold.normalization = normalization
      groups[first.source] = nil
      first.source = feeder.source
    }
    first.anchor = .convolution(fold)
    for mate in fold.mates { groups[mate] = nil }
    groups[first.result] = first
  }
}

/// Columns of a product of several convolutions.
private let mostJoinedColumns = 16_384
