import IR
import Tensors

/// A graph as steps over storages, ready to be given memory.
struct LoweredGraph {
  let graph: Graph
  let target: Target
  let steps: [Step]
  let schedule: Schedule
  /// Bytes of every arena storage.
  let arena: [Int]
  /// The memory behind them: bytes, and the rounds of steps that it has to live through.
  let blocks: [ArenaLayout.Request]
  /// The number of the block in which each arena storage lies, by itself or with others.
  let blockNumbers: [Int]
  let constants: [Constant]
  /// Results that stay on the device as operands of the next run, and their bytes.
  let carries: [Carry]
  let kept: [Int]
  let inputs: [(name: String, storage: Storage)]
  let outputs: [(name: String, shape: Shape, storage: Storage)]
  /// Dense copies of the values that can be read back; empty unless asked for.
  let observable: [(value: Graph.Value, shape: Shape, storage: Storage)]

  /// - Parameters:
  ///   - fuses: whether neighbouring ops become one step.
  ///   - observes: whether every value can be read back.
  ///   - carries: results that stay on the device as operands of the next run.
  init(
    _ graph: Graph, weights: any WeightSource, target: Target, fuses: Bool, observes: Bool,
    keeping carries: [Carry] = []
  ) throws {
    let lowering = Lowering(graph, weights: weights, target: target, keeping: carries)
    try lowering.lower(fuses: fuses)
    let dense = { (value: Graph.Value) in
      try lowering.operand(value, as: .dense(graph[value].shape))
    }
    inputs = graph.inputs.filter { input in !carries.contains { $0.input == input.name } }
      .map { ($0.name, lowering.rows(of: $0.value)!.storage) }
    outputs = try graph.outputs.filter { output in !carries.contains { $0.output == output.name } }
      .map { ($0.name, graph[$0.value].shape, try dense($0.value)) }
    self.carries = carries
    kept = carries.map { carry in
      let placement = Placement.standard(graph.inputs.first { $0.name == carry.input }!.shape)
      return placement.byteCount(elementBytes: target.dtype.byteCount)
    }
    observable =
      observes
      ? try lowering.placedValues.map { ($0, graph[$0].shape, try dense($0)) } : []
    self.graph = graph
    self.target = target
    steps = lowering.steps
    schedule = Schedule(steps, rounds: lowering.rounds)
    arena = lowering.arena
    constants = lowering.constants
    let kept = outputs.map(\.storage) + observable.map(\.storage)
    let lifetimes = Self.lifetimes(
      of: lowering.rounds.map { lowering.steps[$0] }, hosts: lowering.hosts,
      inputs: inputs.map(\.storage), kept: kept)
    let owners = arena.indices.filter { lowering.hosts[$0] == $0 }
    let numbers = Dictionary(uniqueKeysWithValues: zip(owners, owners.indices))
    blocks = owners.map { .init(size: lowering.arena[$0], lifetime: lifetimes[$0]) }
    blockNumbers = lowering.hosts.map { numbers[$0]! }
  }

  /// What its programs are built of, each once, in the order of the steps.
  var sources: [ProgramSource] {
    var known: Set<ProgramText> = []
    return steps.map(\.program).filter { known.insert($0).inserted }
      .map { KernelLibrary.source($0, target: target) }
  }

  /// From the first round that names a storage, or a part of it, to the last. Operands live from
  /// the start to the end, so that a plan can be replayed on them; results live to the end.
  private static func lifetimes(
    of rounds: [ArraySlice<Step>], hosts: [Int], inputs: [Storage], kept: [Storage]
  ) -> [ClosedRange<Int>] {
    var first = [Int](repeating: rounds.count, count: hosts.count)
    var last = [Int](repeating: 0, count: hosts.count)
    func touch(_ storage: Storage, at round: Int) {
      guard case .arena(let part) = storage else { return }
      let index = hosts[part]
      first[index] = min(first[index], round)
      last[index] = max(last[index], round)
    }
    for (index, round) in rounds.enumerated() {
      for storage in round.flatMap(\.storages) { touch(storage, at: index) }
    }
    for storage in inputs {
      touch(storage, at: 0)
      touch(storage, at: rounds.count)
    }
    for storage in kept { touch(storage, at: rounds.count) }
    return zip(first, last).map { $0...max($0, $1) }
  }
}
