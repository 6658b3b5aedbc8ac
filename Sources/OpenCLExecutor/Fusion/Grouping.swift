import IR
import Tensors

/// Cuts a graph into groups, each of which becomes one step (or a few) of a plan.
///
/// The cut depends on the graph's structure alone, never on the batch, so that an image's result
/// does not either. Groups are in the order of their results: all operands come earlier.
struct Grouping {
  let graph: Graph
  private let family: KernelFamily
  let users: [[Graph.Value]]
  let outputs: Set<Graph.Value>
  /// Parameters whose products are not computed together with others.
  let apart: Set<Graph.Value>
  private var claimed: Set<Graph.Value> = []
  var groups: [Graph.Value: Group] = [:]

  /// - Parameters:
  ///   - fuses: whether neighbours are merged; without, every node has its own group and every
  ///     value can be read back.
  ///   - family: the kernels to come.
  ///   - apart: parameters whose products are not computed together with others.
  static func groups(
    of graph: Graph, fuses: Bool, for family: KernelFamily, apart: Set<Graph.Value> = []
  ) -> [Group] {
    var grouping = Grouping(graph, family, apart)
    for value in graph.values where !grouping.claimed.contains(value) {
      grouping.start(at: value, fuses: fuses)
    }
    if fuses, family.joinsProducts { grouping.joinProducts() }
    return grouping.groups.values.sorted { $0.result < $1.result }
  }

  private init(_ graph: Graph, _ family: KernelFamily, _ apart: Set<Graph.Value>) {
    (self.graph, self.apart) = (graph, apart)
    self.family = family
    users = graph.users
    outputs = Set(graph.outputs.map(\.value))
  }

  private mutating func start(at value: Graph.Value, fuses: Bool) {
    let node = graph[value]
    var group: Group
    switch node.op {
    case .input, .weight:
      return
    case .convolution(let op) where node.operands.dropFirst().allSatisfy(graph.isWeight):
      if fuses, let attention = attention(projectedBy: value, op) {
        group = Group(
          anchor: .channelAttention(attention), node: value, source: attention.v.value,
          result: value)
        break
      }
      if fuses, family.joinsMixtures, let mixture = mixture(projectedBy: value, op) {
        group = Group(
          anchor: .windowMixture(mixture), node: value, source: graph[mixture].operands[0],
          result: value)
        break
      }
      var fold = Group.Fold()
      var source = node.operands[0]
      if fuses { absorbOperand(into: &fold, source: &source, op: op, node: node) }
      group = Group(anchor: .convolution(fold), node: value, source: source, result: value)
      if fuses { absorbStore(into: &group, op: op, node: node) }
    case .convolution:
      group = Group(
        anchor: .convolution(Group.Fold()), node: value, source: node.operands[0], result: value)
    case .unary, .binary:
      guard let source = mainOperand(of: node) else { return startOther(at: value) }
      group = Group(anchor: .elementwise, node: value, source: source, result: source)
      extendChain(of: &group, through: value)
    case .windowAttention:
      if fuses { readThroughSlices(of: node) }
      return startOther(at: value)
    default:
      return startOther(at: value)
    }
    if fuses { followChain(of: &group) }
    groups[group.result] = group
  }

  private mutating func startOther(at value: Graph.Value) {
    let source = graph[value].operands[0]
    groups[value] = Group(anchor: .other, node: value, source: source, result: value)
  }

  /// The only user of a value that is not an output.
  private func soleUser(of value: Graph.Value) -> Graph.Value? {
    let users = users[value.index]
    return users.count == 1 && !outputs.contains(value) ? users[0] : nil
  }
}

// MARK: Chains

extension Grouping {
  /// The operand of an elementwise node that has the shape of its result.
  private func mainOperand(of node: Graph.Node) -> Graph.Value? {
    let candidates = node.operands.filter { chainStage(node, from: $0) != nil }
    return candidates.first { !graph.isWeight($0) } ?? candidates.first
  }

  /// What `node` does to `value`, when it can be a stage of a chain.
  private func chainStage(_ node: Graph.Node, from value: Graph.Value) -> Chain.Stage? {
    guard graph[value].shape == node.shape, let axis = Placement.standard(node.shape).axis else {
      return nil
    }
    switch node.op {
    case .unary(let op):
      return .unary(op)
    case .binary(let op):
      let isReversed = node.operands[0] != value
      let other = node.operands[isReversed ? 0 : 1]
      let access = Access(
        graph[other].shape, in: node.shape, axis: axis, isParameter: graph.isWeight(other))
      guard let access else { return nil }
      return .binary(op, operand: other, access: access, isReversed: isReversed)
    default:
      return nil
    }
  }

  /// Appends node `value` to the group's chain if it can be a stage.
  @discardableResult
  private mutating func extendChain(of group: inout Group, through value: Graph.Value) -> Bool {
    guard !claimed.contains(value), let stage = chainStage(graph[value], from: group.result) else {
      return false
    }
    claimed.insert(value)
    group.chain.stages.append(stage)
    group.result = value
    return true
  }

  private mutating func followChain(of group: inout Group) {
    while let next = soleUser(of: group.result),
      graph[next].operands.count < 2
        || graph[next].operands[0] != graph[next].operands[1],
      extendChain(of: &group, through: next)
    {}
  }
}

// MARK: Attention

extension Grouping {
  /// Takes over the attention between channels that only this convolution reads.
  private mutating func attention(
    projectedBy value: Graph.Value, _ op: Convolution
  ) -> ChannelAttention? {
    guard op == Convolution() else { return nil }
    let pattern = ChannelAttentionPattern(graph: graph, soleUser: soleUser)
    guard let attention = pattern.match(projection: value), allows(attention) else { return nil }
    for member in attention.interior { groups[member] = nil }
    return attention
  }

  /// Whether the family's kernels are made for heads of so many channels.
  private func allows(_ attention: ChannelAttention) -> Bool {
    switch family {
    case .cpu: true
    case .gpu: attention.isWithinGroups(channels: graph[attention.similarity].shape[3])
    }
  }

  /// Takes over the mixture of whole vectors of channels that only this convolution reads.
  private mutating func mixture(
    projectedBy value: Graph.Value, _ op: Convolution
  ) -> Graph.Value? {
    let (mixture, weight) = (graph[value].operands[0], graph[graph[value].operands[1]].shape)
    guard op == Convolution(), weight.extents[2...] == [1, 1],
      weight[1].isMultiple(of: Placement.vectorWidth), soleUser(of: mixture) == value,
      case .windowMixture = graph[mixture].op
    else { return nil }
    groups[mixture] = nil
    return mixture
  }
}

// MARK: Windows

extension Grouping {
  /// Leaves out the slices of channels that only attention within windows reads, which finds them
  /// where the whole map lies.
  private mutating func readThroughSlices(of node: Graph.Node) {
    for operand in node.operands.prefix(3) {
      let onlyWindows = users[operand.index].allSatisfy {
        if case .windowAttention = graph[$0].op { true } else { false }
      }
      if case .slice(let slice) = graph[operand].op, slice.axis == 1, onlyWindows,
        !outputs.contains(operand)
      {
        groups[operand] = nil
      }
    }
  }
}

// MARK: Convolutions

extension Grouping {
  /// Takes over a normalization or a cheap chain that only feeds this convolution.
  private mutating func absorbOperand(
    into fold: inout Group.Fold, source: inout Graph.Value, op: Convolution, node: Graph.Node
  ) {
    guard op.groups == 1, soleUser(of: source) != nil, let feeder = groups[source] else { return }
    switch feeder.anchor {
    case .other:
      let kernel = Convolution.filters(graph[node.operands[1]].shape).extents[2...]
      if kernel == [1, 1], op.stride == 1, op.padding == Edges(),
        let normalization = rowNormalization(source)
      {
        fold.normalization = normalization
      } else if kernel != [1, 1],
        let factor = graph[source].op.enlargement(of: graph[feeder.source].shape)
      {
        fold.upsample = factor
      } else {
        return
      }
    case .elementwise where feeder.chain.isUniformInImage:
      fold.prologue = feeder.chain
    default:
      return
    }
    groups[source] = nil
    source = feeder.source
  }

  /// A normalization over channels that a product can do to its operand.
  func rowNormalization(_ value: Graph.Value) -> Group.RowNormalization? {
    let node = graph[value]
    guard case .normalization(let op) = node.op, op.axis == 1,
      node.operands.dropFirst().allSatisfy(graph.isWeight),
      case .rows(let centring) = NormalizationKernel(op.kind)
    else { return nil }
    return Group.RowNormalization(node: value, centring: centring, epsilon: op.epsilon)
  }

  /// Takes over a gate or a pixel shuffle that directly follows.
  private mutating func absorbStore(into group: inout Group, op: Convolution, node: Graph.Node) {
    guard case .convolution(var fold) = group.anchor else { return }
    let isDepthwise = op.isDepthwise(weight: graph[node.operands[1]].shape)
    guard op.groups == 1 || isDepthwise else { return }
    if let (gate, members, result) = gate(on: group.result) {
      fold.gate = gate
      claimed.formUnion(members)
      group.result = result
    } else if !isDepthwise, let next = soleUser(of: group.result),
      case .pixelShuffle(let shuffle) = graph[next].op
    {
      fold.shuffle = shuffle.factor
      claimed.insert(next)
      group.result = next
    }
    group.anchor = .convolution(fold)
  }

  /// The gate on a value whose only use is that its channel halves are multiplied.
  private func gate(
    on value: Graph.Value
  ) -> (gate: Group.Gate, members: [Graph.Value], result: Graph.Value)? {
    let halves = users[value.index].sorted()
    guard halves.count == 2, !outputs.contains(value) else { return nil }
    let shape = graph[value].shape
    var members = halves
    var ends: [(value: Graph.Value, start: Int, activation: Unary?)] = []
    for half in halves {
      guard case .slice(let slice) = graph[half].op, slice.axis == 1,
        slice.count * 2 == shape[1], let user = soleUser(of: half)
      else { return nil }
      var end = (value: half, start: slice.start, activation: Unary?.none)
      if case .unary(let op) = graph[user].op {
        end = (user, slice.start, op)
        members.append(user)
      }
      ends.append(end)
    }
    ends.sort { $0.start < $1.start }
    guard ends[0].start == 0, ends[1].start == shape[1] / 2,
      let product = soleUser(of: ends[0].value), soleUser(of: ends[1].value) == product,
      case .binary(.multiply) = graph[product].op
    else { return nil }
    let gate = Group.Gate(first: ends[0].activation, second: ends[1].activation)
    return (gate, members + [product], product)
  }
}
