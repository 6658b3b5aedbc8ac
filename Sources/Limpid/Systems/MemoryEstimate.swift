import IR
import Tensors

/// An upper bound on the device memory that a graph needs, known before anything is allocated.
package struct MemoryEstimate {
  /// Bytes of parameters and of the values that live at the same time.
  package let total: Int
  /// Bytes of the largest single value.
  package let largest: Int

  /// Channels are stored padded to this many.
  private static let channelMultiple = 16

  package init(_ graph: Graph, elementBytes: Int) {
    let users = graph.users
    let kept = Set(graph.outputs.map(\.value))
    var ending: [Int: Int] = [:]
    var (live, peak, largest, constants) = (0, 0, 0, 0)
    for value in graph.values {
      let bytes = Self.paddedCount(graph[value].shape) * elementBytes
      if case .weight = graph[value].op {
        constants += bytes
        continue
      }
      live += bytes
      peak = max(peak, live)
      largest = max(largest, bytes)
      if !kept.contains(value) {
        ending[users[value.index].last?.index ?? value.index, default: 0] += bytes
      }
      live -= ending[value.index] ?? 0
    }
    total = constants + peak
    self.largest = largest
  }

  /// Whether the engine's device can hold it.
  func fits(_ engine: Engine) -> Bool {
    guard let device = engine.device, let memory = engine.memoryForPlans else { return true }
    return total <= memory && largest <= device.largestAllocation
  }

  private static func paddedCount(_ shape: Shape) -> Int {
    guard shape.rank == 4 else { return shape.count }
    let padded = (shape[1] + channelMultiple - 1) / channelMultiple * channelMultiple
    return shape.replacing(1, with: padded).count
  }
}
