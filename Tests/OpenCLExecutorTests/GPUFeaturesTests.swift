import OpenCL
import Testing

@testable import OpenCLExecutor

@Suite struct GPUFeaturesTests {
  /// The probes find sub-groups where a CPU runtime has them, no instructions that only GPUs have,
  /// and the emulated matrix unit, whose fragments they check, wherever it is asked for.
  @Test(arguments: try Device.all().filter(\.isCPU))
  func probes(on device: Device) throws {
    let context = try Context(device)
    let queue = try Queue(context)
    let plain = GPUFeatures(probing: context, queue, triesWarpgroups: true)
    let hasSubgroups = device.extensions.contains("cl_intel_subgroups")
    #expect(plain.exchange == (hasSubgroups ? .subgroups : .localMemory))
    #expect(plain.matrixUnit == nil)
    #expect(plain.warpgroupFault != nil)
    let lanes = GPUFeatures(probing: context, queue, triesWarpgroups: true, emulating: .lanes)
    #expect(lanes.matrixUnit == .emulated)
    #expect(lanes.warpgroupFault != nil)
    let warpgroups = GPUFeatures(
      probing: context, queue, triesWarpgroups: true, emulating: .warpgroups)
    #expect(warpgroups.matrixUnit == .emulated)
    #expect(warpgroups.warpgroupFault == nil)
  }

  /// Every tile fits the local memory and the work-groups that a GPU has at least, and gates find
  /// one.
  @Test func tilesFit() {
    let floats = Choice.floatTiles.map { $0.values.map(FloatTile.init) }
    for tile in floats.joined() {
      #expect(tile.groupSize <= 256)
      #expect(2 * 16 * (tile.groupRows + 4 + tile.groupColumns) * 4 <= 48 << 10)
    }
    let matrices = Choice.matrixTiles.map { $0.values.map(MatrixTile.init) }
    for tile in matrices.joined() {
      #expect(tile.groupSize <= 256)
      #expect(tile.stages * tile.depth * (tile.groupRows + tile.groupColumns) * 2 <= 48 << 10)
    }
    // The most that is known to work, though devices say 48 KiB.
    let warpgroups = Choice.warpgroupTiles.map { $0.values.map(WarpgroupTile.init) }
    for tile in warpgroups.joined() {
      #expect(tile.groupSize <= 256)
      #expect(tile.stages >= 3)
      #expect(tile.localBytes <= 128 << 10)
    }
    for tiles in warpgroups { #expect(Set(tiles.map(\.groupColumns)).count == 1) }
    #expect(warpgroups.last?.allSatisfy(\.allowsGate) == true)
    for tiles in floats { #expect(Set(tiles.map(\.groupColumns)).count == 1) }
    for tiles in matrices { #expect(Set(tiles.map(\.groupColumns)).count == 1) }
    #expect(floats.last?.allSatisfy(\.allowsGate) == true)
    #expect(matrices.last?.allSatisfy(\.allowsGate) == true)
  }
}
