import OpenCL
import Testing

@testable import OpenCLExecutor

@Suite struct DeviceLimitsTests {
  private static let limits = DeviceLimits(
    multiplyAdd: 100, halfMultiplyAdd: nil, matrix: 1000,
    bandwidths: [.init(size: 10, rate: 50), .init(size: 100, rate: 20)], launch: 2,
    emptyKernel: 1, hostToDevice: 5)

  private static func work(
    _ flops: Int, _ bytes: Int, _ launches: Int, matrix: Bool = false
  ) -> DeviceLimits.Work {
    DeviceLimits.Work(flops: flops, usesMatrixUnit: matrix, bytes: bytes, launches: launches)
  }

  private static func binds(
    _ work: DeviceLimits.Work, isCold: Bool = false, _ seconds: Double,
    _ bound: DeviceLimits.Bound
  ) -> Bool {
    let floor = limits.floor(of: work, isCold: isCold)
    return floor.seconds == seconds && floor.bound == bound
  }

  /// What takes longest binds: each in turn.
  @Test func theLargestFloorBinds() {
    #expect(Self.binds(Self.work(400, 10, 1), 4, .arithmetic))
    #expect(Self.binds(Self.work(4000, 10, 1, matrix: true), 4, .matrix))
    #expect(Self.binds(Self.work(100, 100, 1), 5, .memory))
    #expect(Self.binds(Self.work(100, 20, 3), 3, .launch))
  }

  /// What fits a cache comes from it, unless that is cold.
  @Test func cachesCountWhileTheyAreWarm() {
    #expect(Self.binds(Self.work(1, 50, 0), 1, .memory))
    #expect(Self.binds(Self.work(1, 50, 0), isCold: true, 2.5, .memory))
  }

  /// They are measured once, whatever is asked again, and are plausible.
  @Test func limitsAreRemembered() throws {
    let device = try #require(try Device.all().first)
    let executor = try OpenCLExecutor(device)
    let limits = try executor.limits()
    #expect(limits.multiplyAdd > 1e8 && limits.memoryBandwidth > 1e7 && limits.hostToDevice > 1e7)
    #expect(limits.emptyKernel < 0.1 && limits.launch < 0.1)
    #expect(try executor.limits() == limits)
  }
}
