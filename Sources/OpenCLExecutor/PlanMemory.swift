import OpenCL

/// The device memory of a plan: packed parameters, and an arena that values share by lifetime.
final class PlanMemory: Sendable {
  private let arena: [Buffer]
  private let constants: [Buffer]
  let arenaByteCount: Int

  init(_ lowered: LoweredGraph, context: Context, queue: Queue) throws {
    let layout = ArenaLayout(
      zip(lowered.arena, lowered.lifetimes).map {
        ArenaLayout.Request(size: $0, lifetime: $1)
      },
      alignment: context.device.alignment, slabLimit: context.device.largestAllocation)
    let slabs = try layout.slabs.map { try Buffer(context, byteCount: $0) }
    arena = try zip(layout.places, lowered.arena).map { place, size in
      try Buffer(window: slabs[place.slab], offset: place.offset, byteCount: max(size, 1))
    }
    constants = try lowered.constants.map { bytes in
      let buffer = try Buffer(context, byteCount: max(bytes.count, 1))
      try bytes.withUnsafeBytes { try queue.write($0, to: buffer) }
      return buffer
    }
    arenaByteCount = layout.byteCount
  }

  var byteCount: Int { constants.reduce(arenaByteCount) { $0 + $1.byteCount } }

  func buffer(_ storage: Storage) -> Buffer {
    switch storage {
    case .arena(let index): arena[index]
    case .constant(let index): constants[index]
    }
  }
}
