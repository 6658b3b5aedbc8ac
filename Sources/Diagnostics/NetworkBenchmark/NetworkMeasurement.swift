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
package struct NetworkMeasurement: Sendable {
  /// Seconds of each repeat, in order.
  package let seconds: [Double]
  package let flops: Int
  package let batch: Int
  /// Parameters and arena; 0 for the reference.
  package let deviceBytes: Int
  /// Bytes of arena alone; 0 for the reference.
  package let arenaBytes: Int
  /// Every launch of one more run, by the device's own clock; empty unless asked for.
  package let steps: [OpenCLPlan.StepTime]

  /// Times whole runs: operands from the host to the device, all kernels, results to the host. Of
  /// an autoencoder, the decoder's.
  /// - Parameters:
  ///   - height: of the images in pixels, or of latents.
  ///   - width: likewise.
  package init(
    _ network: any Network, _ weights: any WeightSource, on engine: Engine, batch: Int = 1,
    height: Int, width: Int, seed: Int, warmup: Int, repeats: Int, profiles: Bool
  ) throws {
    let graph = try network.timedGraph(batch: batch, height: height, width: width)
    let noise = SeededNoise(seed: seed).operands(for: graph)
    let plan = try engine.plan(graph, weights: weights)
    let clock = ContinuousClock()
    for _ in 0..<warmup { _ = try plan.run(noise) }
    seconds = try (0..<repeats).map { _ in
      try clock.measure { _ = try plan.run(noise) } / .seconds(1)
    }
    let openCL = plan as? OpenCLPlan
    deviceBytes = plan.deviceBytes
    arenaBytes = openCL?.arenaBytes ?? 0
    steps = profiles ? try openCL?.profile(noise) ?? [] : []
    flops = graph.flops
    self.batch = batch
  }

  package var median: Double { seconds.median }
  package var fastest: Double { seconds.min() ?? 0 }
  package var slowest: Double { seconds.max() ?? 0 }
  package var imagesPerSecond: Double { Double(batch) / median }
  /// 10^9 floating-point operations per second.
  package var gigaflops: Double { Double(flops) / median * 1e-9 }

  /// The most memory that this process has held, in bytes.
  package static var residentBytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
