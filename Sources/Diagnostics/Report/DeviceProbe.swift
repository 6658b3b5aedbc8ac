import Conformance
import Execution
import OpenCL
import OpenCLExecutor
import Pictures
import Reports
import Tensors

/// Finds out about a device what a report tells of it.
package struct DeviceProbe {
  private let index: Int
  private let device: Device
  private let scope: ReportScope
  private let start = ContinuousClock.now

  /// - Parameter index: in the order of ``Devices``.
  package init(_ index: Int, _ device: Device, _ scope: ReportScope) {
    (self.index, self.device, self.scope) = (index, device, scope)
  }

  /// - Parameters:
  ///   - firstRun: how long processes take that run the built-in network.
  ///   - tell: told what is looked at next.
  package func report(
    firstRun: DeviceReport.FirstRun?, telling tell: (String) -> Void
  ) throws(LimpidError) -> DeviceReport {
    tell("limits")
    let engine = try Engine(.openCL(index))
    guard case .openCL(let executor) = engine.backend else { throw Devices.nothing }
    let limits: DeviceLimits
    do { limits = try executor.limits(anew: true) } catch { throw LimpidError(error) }
    tell("parity of ops")
    let parity = self.parity
    tell("speed of ops")
    let ops = try measuredOps()
    var (networks, leftOut): ([Workload], [String]) = ([], [])
    for sample in try SampleNetwork.all() where scope.keeps(sample.name) {
      guard sample.isQuick || !scope.isQuick, ContinuousClock.now < start + scope.patience.networks
      else {
        leftOut.append("\(sample.name): there was no time for it")
        continue
      }
      tell(sample.name)
      do {
        networks.append(try measured(sample, on: engine, limits))
      } catch {
        leftOut.append("\(sample.name): it does not run here")
      }
    }
    return DeviceReport(
      name: device.name, facts: facts(executor), limits: limits, parity: parity, ops: ops,
      networks: networks, firstRun: firstRun, leftOut: leftOut)
  }

  /// What the device says of itself; of faults of its features, that there are some.
  private func facts(_ executor: OpenCLExecutor) -> [MachineReport.Fact] {
    let kind = device.isGPU ? "GPU" : device.isCPU ? "CPU" : "accelerator"
    let own = [
      ("kind", kind), ("vendor", device.vendor), ("compute units", "\(device.computeUnits)"),
      ("memory", "\(device.globalMemory >> 20) MiB"),
      ("largest buffer", "\(device.largestAllocation >> 20) MiB"),
    ]
    let found = executor.findings.map { finding in
      (finding.name, String(finding.value.prefix { $0 != ":" }))
    }
    return (own + found).map { MachineReport.Fact($0.0, $0.1) }
  }

  private var parity: [DeviceReport.Parity] {
    let uses = ExecutorVariant.own(device)
    let campaign = scope.campaign
    guard !campaign.references.isEmpty else { return [] }
    let end = ContinuousClock.now + scope.patience.cases
    return uses.prefix(scope.isQuick ? 1 : uses.count).map { use in
      DeviceReport.Parity(
        OpComparison(.init(device: index, use)), campaign, jobs: OpParity.usualJobs, until: end)
    }
  }

  /// In f16 too where that is what a device is made for.
  private func measuredOps() throws(LimpidError) -> [Workload] {
    let subjects = scope.benchmarks.flatMap { benchmark in
      (device.isCPU ? [DType.f32] : [.f32, .f16]).map { dtype in
        OpSubject(benchmark, batch: 1, size: scope.size, on: .openCL(index), dtype, nil)
      }
    }
    var benchmark = OpBenchmark(rounds: scope.rounds, isStrict: false)
    var workloads: [Workload] = []
    try benchmark.measure(subjects.map { (subject: $0, other: nil) }) { row in
      workloads.append(Workload(row))
    }
    return workloads
  }

  private func measured(
    _ sample: SampleNetwork, on engine: Engine, _ limits: DeviceLimits
  ) throws -> Workload {
    let (height, width) = scope.size ?? (sample.height, sample.width)
    let measurement = try NetworkMeasurement(
      sample.network, try sample.weights(), on: engine, height: height, width: width, seed: 1,
      warmup: 1, repeats: scope.repeats)
    return Workload("\(sample.name), \(height)x\(width), f32", measurement, limits)
  }
}
