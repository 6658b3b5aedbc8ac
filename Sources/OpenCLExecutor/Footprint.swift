import IR
import OpenCL

extension Footprint {
  /// Of the arenas of graphs' plans, and of the parameters and kept values that they share.
  init(_ lowered: [LoweredGraph], _ device: Device) {
    var names: Set<String> = []
    let constants = lowered.flatMap(\.constants).filter { constant in
      constant.name.map { names.insert($0).inserted } ?? true
    }
    let buffers =
      lowered.flatMap { ArenaLayout($0, device).slabs } + constants.map { max($0.byteCount, 1) }
      + (lowered.first?.kept ?? [])
    self.init(bytes: buffers.reduce(0, +), largestAllocation: buffers.max() ?? 0)
  }
}
