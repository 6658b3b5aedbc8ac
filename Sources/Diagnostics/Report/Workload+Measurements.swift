import OpenCLExecutor
import Reports

extension Workload {
  /// An op with its operands in caches.
  init(_ op: OpMeasurement) {
    self.init(
      name: op.subject.key, kernels: op.kernels, median: op.warm.interval.median,
      low: op.warm.interval.low, high: op.warm.interval.high, flops: op.flops,
      executedFlops: op.executedFlops, bytes: op.bytes, launches: op.launches,
      share: op.warm.share, bound: op.warm.bound)
  }

  /// A network, whose limit is the sum of its launches' limits; what binds most of that binds it.
  package init(_ name: String, _ network: NetworkMeasurement, _ limits: DeviceLimits) {
    let work = DeviceLimits.Work(network.steps)
    let interval = network.interval
    var floors: [DeviceLimits.Bound: Double] = [:]
    for step in network.steps {
      let floor = limits.floor(of: DeviceLimits.Work([step]), isCold: false)
      floors[floor.bound, default: 0] += floor.seconds
    }
    let largest = floors.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
    let total = floors.values.reduce(0, +)
    self.init(
      name: name, kernels: KernelTime.rows(network.steps).prefix(3).map(\.name),
      median: interval.median, low: interval.low, high: interval.high, flops: network.flops,
      executedFlops: work.flops,
      bytes: work.bytes, launches: work.launches, share: min(total / interval.median, 1),
      bound: largest?.key ?? .launch)
  }
}
