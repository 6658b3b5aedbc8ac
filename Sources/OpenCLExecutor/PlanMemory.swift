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

  /// Every constant by a thread of its own, as many at a time as the machine has processors.
  private static func write(
    _ constants: [Constant], to buffers: [Buffer], on queue: Queue
  ) throws {
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: constants.count) { index in
      guard constants[index].byteCount > 0, failure.withLock({ $0 == nil }) else { return }
      do {
        try queue.fill(buffers[index], by: constants[index].write)
      } catch {
        failure.withLock { $0 = error }
      }
    }
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
