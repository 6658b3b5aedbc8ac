import Reports

@testable import OpenCLExecutor

/// A report that was made up, with something in every part of it.
enum SampleReport {
  static func report(slowdown: Double = 1, name: String = "A <fast> \"CPU\" & more")
    -> MachineReport
  {
    let topics = [
      DeviceReport.Topic(name: "softmax", cases: 12, agreed: 11, worstError: 3e-9),
      DeviceReport.Topic(name: "graphs", cases: 4, agreed: 4, worstError: nil),
    ]
    let parity = DeviceReport.Parity(
      executor: "f32, cpu kernels", topics: topics, skipped: 3,
      failures: [DeviceReport.Failure(op: "softmax(axis: 1) on [1, 2]", fault: "crashes")])
    let device = DeviceReport(
      name: name, facts: [MachineReport.Fact("kind", "CPU")], limits: limits, parity: [parity],
      ops: [
        workload("convolution 1x1", 2e-3 * slowdown, .arithmetic, flops: 1 << 30),
        workload("add", 1e-3, .memory, flops: 1 << 20),
        workload("transpose", 1e-3, .memory, flops: 0),
        workload("mean", 1e-4, .launch, flops: 1 << 16),
      ],
      networks: [workload("NAFNet-32", 0.12, .arithmetic, flops: 1 << 35)],
      firstRun: DeviceReport.FirstRun(size: "128x128", firstSeconds: 20, secondSeconds: 0.5),
      leftOut: ["Restormer: there was no time for it"])
    return MachineReport(
      isQuick: true, versions: [MachineReport.Fact("limpid", "0.1.0")], devices: [device])
  }

  static let limits = DeviceLimits(
    multiplyAdd: 4e11, halfMultiplyAdd: nil, matrix: nil,
    bandwidths: [.init(size: 1 << 16, rate: 2e11), .init(size: 1 << 28, rate: 2e10)],
    launch: 5e-6, emptyKernel: 2e-6, hostToDevice: 1e10)

  private static func workload(
    _ name: String, _ seconds: Double, _ bound: DeviceLimits.Bound, flops: Int
  ) -> Workload {
    Workload(
      name: name, kernels: ["cpu/gemm"], median: seconds, low: seconds * 0.9,
      high: seconds * 1.1, flops: flops, executedFlops: flops, bytes: 1 << 24, launches: 2,
      share: 0.75, bound: bound)
  }
}
