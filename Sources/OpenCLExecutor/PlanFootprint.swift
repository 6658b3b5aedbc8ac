import OpenCL

/// The device memory that a plan holds, to the byte.
package struct PlanFootprint: Hashable, Sendable {
  /// Bytes of parameters and arena.
  package let byteCount: Int
  /// Bytes of the largest single buffer.
  package let largest: Int

  init(_ lowered: LoweredGraph, _ device: Device) {
    let constants = lowered.constants.map { max($0.byteCount, 1) }
    let buffers = ArenaLayout(lowered, device).slabs + constants
    byteCount = buffers.reduce(0, +)
    largest = buffers.max() ?? 0
  }
}
