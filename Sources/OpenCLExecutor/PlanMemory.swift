import OpenCL

/// The device memory of a plan: packed parameters, and an arena that values share by lifetime.
final class PlanMemory: Sendable {
  private let arena: [Buffer]
  /// Bytes of what lies in each of them, which may share it.
  private let sizes: [Int]
  private let constants: [Buffer]
  private let kept: [Buffer]
  let arenaByteCount: Int

  /// - Parameters:
  ///   - isolates: whether every value has a buffer of its own instead of a place in the arena.
  ///   - shared: what other plans of the network have.
  init(
    _ lowered: LoweredGraph, isolates: Bool, shared: SharedMemory, context: Context, queue: Queue
  ) throws {
    sizes = lowered.arena
    if isolates {
      let blocks = try lowered.blocks.map { try Buffer(context, byteCount: max($0.size, 1)) }
      arena = lowered.blockNumbers.map { blocks[$0] }
      arenaByteCount = lowered.blocks.reduce(0) { $0 + $1.size }
    } else {
      (arena, arenaByteCount) = try Self.sharedArena(lowered, context: context)
    }
    let constants = try lowered.constants.map { constant in
      (constant, try shared.buffer(for: constant, context))
    }
    try Self.write(constants.filter(\.1.isNew).map { ($0, $1.buffer) }, on: queue)
    self.constants = constants.map(\.1.buffer)
    kept = try shared.kept(lowered.kept, context, queue)
  }

  /// Bytes of constants that are mapped at a time: a device with memory of its own may keep as much
  /// of the host's.
  private static let mappedBytes = 128 << 20

  /// Writes constants one batch after another, the constants of a batch at the same time. Only the
  /// calling thread calls the runtime: not every runtime bears others.
  private static func write(
    _ constants: [(constant: Constant, buffer: Buffer)], on queue: Queue
  ) throws {
    var batch: [(constant: Constant, buffer: Buffer)] = []
    var byteCount = 0
    for (constant, buffer) in constants where constant.byteCount > 0 {
      batch.append((constant, buffer))
      byteCount += constant.byteCount
      guard byteCount >= mappedBytes else { continue }
      try writeTogether(batch, on: queue)
      (batch, byteCount) = ([], 0)
    }
    try writeTogether(batch, on: queue)
  }

  private static func writeTogether(
    _ batch: [(constant: Constant, buffer: Buffer)], on queue: Queue
  ) throws {
    nonisolated(unsafe) let memory = try batch.map { try queue.map($0.buffer) }
    let writing = Result {
      try performConcurrently(batch.count) { try batch[$0].constant.write(memory[$0]) }
    }
    for (memory, entry) in zip(memory, batch) { try queue.unmap(memory, from: entry.buffer) }
    try writing.get()
  }

  /// Windows of common slabs, laid out by lifetime.
  private static func sharedArena(
    _ lowered: LoweredGraph, context: Context
  ) throws -> ([Buffer], byteCount: Int) {
    let layout = ArenaLayout(lowered, context.device)
    let slabs = try layout.slabs.map { try Buffer(context, byteCount: $0) }
    let blocks = try zip(layout.places, lowered.blocks).map { place, block in
      try Buffer(window: slabs[place.slab], offset: place.offset, byteCount: max(block.size, 1))
    }
    return (lowered.blockNumbers.map { blocks[$0] }, layout.byteCount)
  }

  /// Parameters, what stays between runs, and arena.
  var byteCount: Int { (constants + kept).reduce(arenaByteCount) { $0 + $1.byteCount } }

  /// Bytes of a value or of a parameter.
  func byteCount(of storage: Storage) -> Int {
    switch storage {
    case .arena(let index): sizes[index]
    case .constant(let index): constants[index].byteCount
    case .kept(let index): kept[index].byteCount
    }
  }

  func buffer(_ storage: Storage) -> Buffer {
    switch storage {
    case .arena(let index): arena[index]
    case .constant(let index): constants[index]
    case .kept(let index): kept[index]
    }
  }
}

extension ArenaLayout {
  /// Where the values of a graph live on a device.
  init(_ lowered: LoweredGraph, _ device: Device) {
    self.init(
      lowered.blocks, alignment: device.alignment, slabLimit: device.largestAllocation)
  }
}
