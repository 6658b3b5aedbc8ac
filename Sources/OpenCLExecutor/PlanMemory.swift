import Dispatch
import OpenCL
import Synchronization

/// The device memory of a plan: packed parameters, and an arena that values share by lifetime.
final class PlanMemory: Sendable {
  private let arena: [Buffer]
  private let constants: [Buffer]
  let arenaByteCount: Int

  /// - Parameter isolates: whether every value has a buffer of its own instead of a place in the
  ///   arena.
  init(_ lowered: LoweredGraph, isolates: Bool, context: Context, queue: Queue) throws {
    if isolates {
      arena = try lowered.arena.map { try Buffer(context, byteCount: max($0, 1)) }
      arenaByteCount = lowered.arena.reduce(0, +)
    } else {
      (arena, arenaByteCount) = try Self.sharedArena(lowered, context: context)
    }
    let constants = try lowered.constants.map {
      try Buffer(context, byteCount: max($0.byteCount, 1))
    }
    try Self.write(lowered.constants, to: constants, on: queue)
    self.constants = constants
  }

  /// Bytes of constants that are mapped at a time: a device with memory of its own may keep as much
  /// of the host's.
  private static let mappedBytes = 128 << 20

  /// Writes constants one batch after another, the constants of a batch at the same time. Only the
  /// calling thread calls the runtime: not every runtime bears others.
  private static func write(
    _ constants: [Constant], to buffers: [Buffer], on queue: Queue
  ) throws {
    var batch: [(constant: Constant, buffer: Buffer)] = []
    var byteCount = 0
    for (constant, buffer) in zip(constants, buffers) where constant.byteCount > 0 {
      batch.append((constant, buffer))
      byteCount += constant.byteCount
      guard byteCount >= mappedBytes else { continue }
      try write(batch, on: queue)
      (batch, byteCount) = ([], 0)
    }
    try write(batch, on: queue)
  }

  private static func write(
    _ batch: [(constant: Constant, buffer: Buffer)], on queue: Queue
  ) throws {
    nonisolated(unsafe) let memory = try batch.map { try queue.map($0.buffer) }
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: batch.count) { index in
      guard failure.withLock({ $0 == nil }) else { return }
      do {
        try batch[index].constant.write(memory[index])
      } catch {
        failure.withLock { $0 = error }
      }
    }
    for (memory, entry) in zip(memory, batch) { try queue.unmap(memory, from: entry.buffer) }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// Windows of common slabs, laid out by lifetime.
  private static func sharedArena(
    _ lowered: LoweredGraph, context: Context
  ) throws -> ([Buffer], byteCount: Int) {
    let layout = ArenaLayout(lowered, context.device)
    let slabs = try layout.slabs.map { try Buffer(context, byteCount: $0) }
    let windows = try zip(layout.places, lowered.arena).map { place, size in
      try Buffer(window: slabs[place.slab], offset: place.offset, byteCount: max(size, 1))
    }
    return (windows, layout.byteCount)
  }

  /// Parameters and arena.
  var byteCount: Int { constants.reduce(arenaByteCount) { $0 + $1.byteCount } }

  func buffer(_ storage: Storage) -> Buffer {
    switch storage {
    case .arena(let index): arena[index]
    case .constant(let index): constants[index]
    }
  }
}

extension ArenaLayout {
  /// Where the values of a graph live on a device.
  init(_ lowered: LoweredGraph, _ device: Device) {
    self.init(
      zip(lowered.arena, lowered.lifetimes).map { Request(size: $0, lifetime: $1) },
      alignment: device.alignment, slabLimit: device.largestAllocation)
  }
}
