import IR
import Tensors
import Testing

@testable import OpenCL
@testable import OpenCLExecutor

/// Plans for an H200, whose matrix instructions work, on a machine without one.
enum H200Plan {
  /// - Parameter hasWarpgroups: whether 128 work-items multiply together, or 32 alone.
  static func lowered(
    _ graph: Graph, _ dtype: DType, hasWarpgroups: Bool = true
  ) throws -> LoweredGraph {
    try LoweredGraph(
      FoldedGraph(graph).graph, weights: NoWeights(),
      target: target(dtype, hasWarpgroups: hasWarpgroups), fuses: true, observes: false)
  }

  static func target(_ dtype: DType, hasWarpgroups: Bool = true) throws -> Target {
    var device = try #require(try Device.all().first)
    (device.computeUnits, device.localMemory, device.largestWorkGroup) = (132, 48 << 10, 1024)
    var features = GPUFeatures(exchange: .ptx, matrixUnit: .ptx)
    if hasWarpgroups { (features.warpgroupFault, features.warpgroupBytes) = (nil, 227 << 10) }
    let place = TuningTable.Place(
      deviceClass: "gpu", vendor: "NVIDIA Corporation", device: "NVIDIA H200")
    return Target(
      family: .gpu, dtype: dtype, math: .fast, device: device, features: features,
      tuning: TuningTable.table(of: .gpu).row(for: place))
  }
}
