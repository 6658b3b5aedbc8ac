import OpenCL

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
    constants = try lowered.constants.map { bytes in
      let buffer = try Buffer(context, byteCount: max(bytes.count, 1))
      try bytes.withUnsafeBytes { try queue.write($0, to: buffer) }
      return buffer
    }
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
