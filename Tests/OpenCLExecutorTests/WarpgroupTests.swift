import IR
import OpenCL
import Testing

@testable import OpenCLExecutor

/// Products of warpgroups where there are none: the emulated instruction, which reads local memory
/// through the same descriptors, and what becomes of a device that cannot have them.
@Suite struct WarpgroupTests {
  private static let devices = ((try? Device.all()) ?? []).filter(\.isCPU)

  private static func probe(_ device: Device) throws -> WarpgroupProbe {
    try WarpgroupProbe(device, definitions: ["#define MATRIX 0"], isSpliced: false)
  }

  /// The probe's products are right for every shape of slices: rows of 64 and of 128 bytes, one and
  /// two warpgroups, up to the widest instruction, and more slices than there is room for.
  @Test(
    arguments: devices,
    [
      [64, 16, 64, 4], [64, 32, 32, 6], [128, 48, 64, 3], [128, 64, 32, 4], [64, 256, 32, 5],
    ])
  func emulation(_ device: Device, _ extents: [Int]) throws {
    try Self.probe(device).check(WarpgroupTile(extents), groups: 2)
  }

  /// A kernel whose comments nobody replaced leaves no number that could pass for a result.
  @Test(arguments: devices) func unsplicedResultsAreNoNumbers(_ device: Device) throws {
    let definitions = ["#define MATRIX 0", "#define NOT_SPLICED 1"]
    let probe = try WarpgroupProbe(device, definitions: definitions, isSpliced: false)
    let mismatch = #expect(throws: WarpgroupProbe.Mismatch.self) {
      try probe.check(WarpgroupTile([64, 16, 32, 3]), groups: 1)
    }
    let count = (64 - 3) * 16
    #expect(mismatch?.description.hasPrefix("\(count) of \(count) products") == true)
    #expect(mismatch?.description.contains(": nan") == true)
  }

  /// Where nothing can be spliced, the probe says why and the tier below is taken.
  @Test(arguments: devices) func devicesWithoutFallBack(_ device: Device) throws {
    let fault = #expect(throws: (any Error).self) {
      try WarpgroupProbe.localBytes(on: device, definitions: ["#define MATRIX 1"])
    }
    var features = GPUFeatures()
    features.matrixUnit = .ptx
    features.warpgroupFault = fault.map { "\($0)" }
    #expect(try Self.kernel(features, device) == "gpu/matrix_convolution")
    (features.warpgroupFault, features.warpgroupBytes) = (nil, .max)
    #expect(try Self.kernel(features, device) == "gpu/warpgroup_convolution")
  }

  /// The kernel of a convolution on a device of these features.
  private static func kernel(_ features: GPUFeatures, _ device: Device) throws -> String? {
    let target = Target(
      family: .gpu, dtype: .f16, math: .fast, device: device, features: features,
      tuning: TuningTable.row(for: device, family: .gpu))
    let graph = try Trace.graph { trace in
      ["y": trace.input("x", [1, 48, 9, 7]).conv(trace.weights.layer, to: 32, kernel: 3)]
    }
    let lowered = try LoweredGraph(
      graph, weights: NoWeights(), target: target, fuses: true, observes: false)
    let program = lowered.steps.map(\.program).first { $0.file.hasSuffix("_convolution") }
    #expect(program.map(target.splices) == (program?.file == WarpgroupTile.kernel.file))
    return program?.file
  }
}
