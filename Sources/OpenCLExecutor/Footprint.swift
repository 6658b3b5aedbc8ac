import IR
import OpenCL

extension Footprint {
  /// Of the parameters and the arena of a graph's plan.
  init(_ lowered: LoweredGraph, _ device: Device) {
    let constants = lowered.constants.map { max($0.byteCount, 1) }
    let buffers = ArenaLayout(lowered, device).slabs + constants + lowered.kept
    self.init(bytes: buffers.reduce(0, +), largestAllocation: buffers.max() ?? 0)
  }
}
