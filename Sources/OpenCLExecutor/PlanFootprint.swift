import OpenCL
import Synchronization

/// The device memory that a plan holds, to the byte.
package struct PlanFootprint: Hashable, Sendable {
  /// Bytes of parameters and arena.
  package let byteCount: Int
  /// Bytes of the largest single buffer.
  package let largest: Int

  init(_ lowered: LoweredGraph, _ device: Device) {
    let buffers = ArenaLayout(lowered, device).slabs + lowered.constantSizes.map { max($0, 1) }
    byteCount = buffers.reduce(0, +)
    largest = buffers.max() ?? 0
  }
}

/// How many bytes parameters take once they are packed. That does not depend on the sizes of
/// images, so what one graph has taught holds for the next.
package final class ParameterSizes: Sendable {
  private struct Key: Hashable {
    let path: String
    let purpose: String
  }

  private let known = Mutex([Key: Int]())

  package init() {}

  /// - Parameter measure: packs the parameter and counts.
  func byteCount(
    of path: String, _ purpose: String, measure: () throws -> Int
  ) rethrows -> Int {
    let key = Key(path: path, purpose: purpose)
    if let count = known.withLock({ $0[key] }) { return count }
    let count = try measure()
    known.withLock { $0[key] = count }
    return count
  }
}
