import Execution
import Generation
import Glibc
import IR
import Models
import Networks
import OpenCLExecutor
import Pictures
import Tensors

/// How long a network takes on a device, and what it needs.
struct Measurement {
  /// Seconds of each repeat, in order.
  let seconds: [Double]
  let flops: Int
  let batch: Int
  /// Parameters and arena; 0 for the reference.
  let deviceBytes: Int
  /// Bytes of arena alone; 0 for the reference.
  let arenaBytes: Int
  /// One row per kernel file, the slowest first; empty unless asked for.
  let kernels: [KernelTime]

  /// Times whole runs: operands from the host to the device, all kernels, results to the host. Of
  /// an autoencoder, the decoder's.
  init(
    _ model: Model, on engine: Engine, batch: Int, size: PixelSize, seed: Int, warmup: Int,
    repeats: Int, profiles: Bool
  ) throws(LimpidError) {
    do {
      let graph = try model.network.timedGraph(
        batch: batch, height: size.height, width: size.width)
      let noise = SeededNoise(seed: seed).operands(for: graph)
      let plan = try engine.plan(graph, weights: model.weights)
      let clock = ContinuousClock()
      for _ in 0..<warmup { _ = try plan.run(noise) }
      seconds = try (0..<repeats).map { _ in
        try clock.measure { _ = try plan.run(noise) }.seconds
      }
      let openCL = plan as? OpenCLPlan
      deviceBytes = plan.deviceBytes
      arenaBytes = openCL?.arenaBytes ?? 0
      kernels = profiles ? KernelTime.rows(try openCL?.profile(noise) ?? []) : []
      flops = graph.flops
      self.batch = batch
    } catch {
      throw LimpidError(error, subject: model.name)
    }
  }

  var median: Double { seconds.median }
  var fastest: Double { seconds.min() ?? 0 }
  var slowest: Double { seconds.max() ?? 0 }
  var imagesPerSecond: Double { Double(batch) / median }
  /// 10^9 floating-point operations per second.
  var gigaflops: Double { Double(flops) / median * 1e-9 }

  /// The most memory that this process has held, in bytes.
  static var residentBytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}

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

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }

  var milliseconds: Double { seconds * 1000 }
}
