import OpenCLExecutor

/// What the steps of one kernel file took together.
package struct KernelTime {
  package let name: String
  package private(set) var launches = 0
  package private(set) var seconds = 0.0
  private var flops = 0
  private var bytes = 0
  /// Of all steps' time.
  package private(set) var share = 0.0

  /// 10^9 floating-point operations per second.
  package var gigaflops: Double { Double(flops) / max(seconds, 1e-9) * 1e-9 }
  /// 10^9 bytes of operands and results per second.
  package var gigabytes: Double { Double(bytes) / max(seconds, 1e-9) * 1e-9 }

  private init(name: String) { self.name = name }

  /// The slowest first.
  package static func rows(_ steps: [OpenCLPlan.StepTime]) -> [KernelTime] {
    var rows: [String: KernelTime] = [:]
    for step in steps {
      rows[step.kernel, default: KernelTime(name: step.kernel)].add(step)
    }
    let total = steps.reduce(0) { $0 + $1.seconds }
    return rows.values.sorted { ($0.seconds, $1.name) > ($1.seconds, $0.name) }.map { row in
      var row = row
      row.share = total > 0 ? row.seconds / total : 0
      return row
    }
  }

  private mutating func add(_ step: OpenCLPlan.StepTime) {
    launches += step.launches
    seconds += step.seconds
    flops += step.flops
    bytes += step.bytes
  }
}
