import OpenCLExecutor

/// What the steps of one kernel file took together.
struct KernelTime {
  let name: String
  var launches = 0
  var seconds = 0.0
  var flops = 0
  var bytes = 0
  /// Of all steps' time.
  var share = 0.0

  /// 10^9 floating-point operations per second.
  var gigaflops: Double { Double(flops) / max(seconds, 1e-9) * 1e-9 }
  /// 10^9 bytes of operands and results per second.
  var gigabytes: Double { Double(bytes) / max(seconds, 1e-9) * 1e-9 }

  init(name: String) { self.name = name }

  static func rows(_ steps: [OpenCLPlan.StepTime]) -> [KernelTime] {
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
