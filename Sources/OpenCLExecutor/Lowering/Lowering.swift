import IR
import Tensors

/// Turns the groups of a graph into steps for one class of device.
final class Lowering {
  let graph: Graph
  let target: Target
  let weights: any WeightSource
  private(set) var steps: [Step] = []
  /// Neighbouring steps that take turns; a step by itself is a round too.
  private(set) var rounds: [Range<Int>] = []
  /// Bytes of every arena storage.
  private(set) var arena: [Int] = []
  /// The arena storage in whose memory each one lies: itself, or the one that it is a part of.
  private(set) var hosts: [Int] = []
  var constants: [Constant] = []
  private var places: [Graph.Value: (placement: Placement, rows: Rows)] = [:]
  private var relayouts: [Relayout: Storage] = [:]
  var zeroVectors: [Int: Storage] = [:]
  var packed: [PackedParameters: Storage] = [:]
  /// Row sums of a value that its producer left behind, for a mean over pixels.
  var partialSums: [Graph.Value: Storage] = [:]
  /// Both parts of a group normalization, which one step computes.
  var groupNormCoefficients: [GroupNormCoefficientKey: (scale: Storage, shift: Storage)] = [:]
  /// Values whose halves a gated depthwise convolution reads, and nothing else.
  private(set) var gatedSources: Set<Graph.Value> = []
  /// What is written in place in concatenations; nil without fusion, when nothing is.
  private(set) var concatenations: ConcatenationPlan?
  /// The storages of the values in whose rows others lie.
  var wideStorages: [Graph.Value: Storage] = [:]
  let users: [[Graph.Value]]
  /// Results that stay on the device as operands of the next run.
  let carries: [Carry]

  private struct Relayout: Hashable {
    let value: Graph.Value
    let placement: Placement
  }

  /// - Parameter weights: read when constants are written, not before.
  init(_ graph: Graph, weights: any WeightSource, target: Target, keeping carries: [Carry] = []) {
    (self.graph, self.carries) = (graph, carries)
    self.weights = weights
    self.target = target
    users = graph.users
  }

  /// Lowers everything; afterwards ``steps`` compute the graph's outputs.
  func lower(fuses: Bool) throws {
    for (name, value, shape) in graph.inputs {
      if let number = carries.firstIndex(where: { $0.input == name }) {
        place(value, .standard(shape), .kept(number))
      } else {
        place(value, .dense(shape), allocate(.dense(shape)))
      }
    }
    let groups = Grouping.groups(
      of: graph, fuses: fuses, for: target.family, apart: Set(graph.values.filter(isQuantised)))
    gatedSources = Set(groups.filter(isGatedDepthwise).map(\.source))
    if fuses, target.placesOperands { concatenations = ConcatenationPlan(groups, in: graph) }
    let chains =
      fuses && target.family.computesBands
      ? BandChain.chains(of: groups.filter { quantisation(of: $0) == nil }, in: graph) : []
    let pairs = fuses ? expandedDepthwise(of: groups) : []
    let inner = Set(
      chains.flatMap { $0.members.dropLast().map(\.result) } + pairs.map(\.expansion.result))
    let ends = Dictionary(uniqueKeysWithValues: chains.map { ($0.members.last!.result, $0) })
    let filters = Dictionary(uniqueKeysWithValues: pairs.map { ($0.depthwise.result, $0) })
    for group in groups where !inner.contains(group.result) {
      if let chain = ends[group.result] {
        try lower(chain)
      } else if let pair = filters[group.result] {
        try lower(pair)
      } else {
        try lower(group)
      }
    }
    try keepResults()
  }

  private func isQuantised(_ value: Graph.Value) -> Bool {
    guard case .weight(let path) = graph[value].op else { return false }
    return weights.format(path) != nil
  }

  private func isGatedDepthwise(_ group: Group) -> Bool {
    let node = graph[group.node]
    guard case .convolution(let fold) = group.anchor, fold.gate != nil,
      case .convolution(let op) = node.op, users[group.source.index].count == 1
    else { return false }
    return op.isDepthwise(weight: graph[node.operands[1]].shape)
  }

  func lower(_ group: Group) throws {
    switch group.anchor {
    case .convolution(let fold): try lowerConvolution(group, fold)
    case .channelAttention(let attention): try lowerChannelAttention(group, attention)
    case .windowMixture(let mixture): try lowerProjectedMixture(group, mixture)
    case .elementwise: try lowerChain(group)
    case .other: try lowerOther(group.node)
    }
  }

  private func lowerOther(_ value: Graph.Value) throws {
    let node = graph[value]
    switch node.op {
    case .input, .weight, .convolution: break
    case .unary, .binary: try lowerBroadcast(value)
    case .matmul(let op): try lowerMatmul(op, value)
    case .normalization(let op): try lowerNormalization(op, value)
    case .softmax(let op): try lowerSoftmax(op, value)
    case .mean(let op): try lowerMean(op, value)
    case .argmax(let op): try lowerArgmax(op, value)
    case .groupNormCoefficient(let op): try lowerGroupNormCoefficient(op, value)
    case .attention(let op): try lowerAttention(op, value)
    case .embedding: try lowerEmbedding(value)
    case .timestepEmbedding(let op): try lowerTimestepEmbedding(op, value)
    case .rotaryEmbedding(let op): try lowerRotaryEmbedding(op, value)
    case .gather: try lowerGather(value)
    case .insertion: try lowerInsertion(value)
    case .localMean(let op): try lowerLocalMean(op, value)
    case .maxPool(let op): try lowerMaxPool(op, value)
    case .windowAttention(let op): try lowerWindowAttention(op, value)
    case .windowSimilarity(let op): try lowerWindowSimilarity(op, value)
    case .windowMixture(let op): try lowerWindowMixture(op, value)
    case .searchWindow(let op): try lowerSearchWindow(op, value)
    case .patchTransfer(let op): try lowerPatchTransfer(op, value)
    case .resize(let op): try lowerResize(op, value)
    case .padding(let op): try lowerPadding(op, value)
    case .reshape, .transpose, .slice, .concatenation, .pixelShuffle, .pixelUnshuffle:
      try lowerMovement(value)
    }
  }

  func emit(_ step: Step) {
    rounds.append(steps.count..<steps.count + 1)
    steps.append(step.choosingLocal(upTo: min(256, target.device.largestWorkGroup)))
  }

  /// Lets the steps of several passes that `body` emits take turns. What else it emits, copies of
  /// operands, comes before them.
  func takingTurns(_ body: () throws -> Void) rethrows {
    let (firstStep, firstRound) = (steps.count, rounds.count)
    try body()
    let emitted = steps[firstStep...]
    let ahead = emitted.filter { $0.globals.count == 1 }
    steps.replaceSubrange(firstStep..., with: ahead + emitted.filter { $0.globals.count > 1 })
    rounds.replaceSubrange(
      firstRound...,
      with: ahead.indices.map { firstStep + $0..<firstStep + $0 + 1 }
        + [firstStep + ahead.count..<steps.count])
  }

  /// A report's name for the step that computes `value`.
  func label(_ value: Graph.Value) -> String {
    let node = graph[value]
    return node.path.isEmpty ? node.op.name : "\(node.op.name) \(node.path)"
  }

  /// Floating-point operations of one node.
  func flops(_ value: Graph.Value) -> Int {
    let node = graph[value]
    return node.op.rule?.flops(
      operands: node.operands.map { graph[$0].shape }, output: node.shape) ?? 0
  }
}

// MARK: Values

extension Lowering {
  func allocate(_ placement: Placement) -> Storage {
    allocate(byteCount: placement.byteCount(elementBytes: target.dtype.byteCount))
  }

  func allocate(byteCount: Int) -> Storage {
    arena.append(byteCount)
    hosts.append(arena.count - 1)
    return .arena(arena.count - 1)
  }

  /// A part of the memory of another storage.
  func allocate(byteCount: Int, within host: Storage) -> Storage {
    guard case .arena(let index) = host else { return host }
    arena.append(byteCount)
    hosts.append(hosts[index])
    return .arena(arena.count - 1)
  }

  /// Records where a value lies.
  func place(_ value: Graph.Value, _ placement: Placement, _ storage: Storage) {
    place(value, placement, Rows(storage, placement))
  }

  func place(_ value: Graph.Value, _ placement: Placement, _ rows: Rows) {
    places[value] = (placement, rows)
  }

  /// Allocates room for a value and records it.
  func define(_ value: Graph.Value, _ placement: Placement) -> Storage {
    let storage = allocate(placement)
    place(value, placement, storage)
    return storage
  }

  func placement(of value: Graph.Value) -> Placement? { places[value]?.placement }

  /// Where the rows of a value lie; nil before its definition.
  func rows(of value: Graph.Value) -> Rows? { places[value]?.rows }

  /// The value in the given placement, by itself; copied into it when it lies otherwise.
  func operand(_ value: Graph.Value, as placement: Placement) throws -> Storage {
    if case .weight = graph[value].op {
      return constant(value, as: placement)
    }
    guard let place = places[value] else { preconditionFailure("operand before its definition") }
    if place.placement == placement, place.rows.areWhole(in: placement) {
      return place.rows.storage
    }
    let key = Relayout(value: value, placement: placement)
    if let known = relayouts[key] { return known }
    let storage = allocate(placement)
    try copy(value, to: placement, storage)
    relayouts[key] = storage
    return storage
  }

  var placedValues: [Graph.Value] { places.keys.sorted() }
}
