import Execution
import Glibc
import IR
import Networks
import OpenCLExecutor
import Pictures

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
  /// Every launch of one more run, by the device's own clock; none of the reference.
  package let steps: [OpenCLPlan.StepTime]

  /// Times whole runs; see ``NetworkContestant``.
  package init(
    _ network: any Network, _ weights: any WeightSource, on engine: Engine, batch: Int = 1,
    height: Int, width: Int, seed: Int, warmup: Int, repeats: Int
  ) throws {
    let contestant = try NetworkContestant(
      network, weights, on: engine, batch: batch, height: height, width: width, seed: seed)
    self = try Self.all([contestant], warmup: warmup, repeats: repeats)[0]
  }

  /// Times contestants in rounds by turns, so that what else the machine does meets all of them.
  package static func all(
    _ contestants: [NetworkContestant], warmup: Int, repeats: Int
  ) throws -> [NetworkMeasurement] {
    var seconds: [[Double]] = contestants.map { _ in [] }
    for round in -warmup..<repeats {
      let sides = contestants.indices
      for side in round.isMultiple(of: 2) ? Array(sides) : sides.reversed() {
        let time = try contestants[side].seconds()
        if round >= 0 { seconds[side].append(time) }
      }
    }
    return try zip(contestants, seconds).map { contestant, seconds in
      try NetworkMeasurement(contestant, seconds)
    }
  }

  private init(_ contestant: NetworkContestant, _ seconds: [Double]) throws {
    let openCL = contestant.plan as? OpenCLPlan
    (self.seconds, flops, batch) = (seconds, contestant.flops, contestant.batch)
    deviceBytes = contestant.plan.deviceBytes
    arenaBytes = openCL?.arenaBytes ?? 0
    steps = try openCL?.profile(contestant.noise) ?? []
  }

  package var interval: SampleInterval { SampleInterval(seconds) }
  package var median: Double { seconds.median }
  package var fastest: Double { seconds.min() ?? 0 }
  package var slowest: Double { seconds.max() ?? 0 }
  package var imagesPerSecond: Double { Double(batch) / median }
  /// 10^9 floating-point operations per second.
  package var gigaflops: Double { Double(flops) / median * 1e-9 }

  /// How many times as long another one took that ran by turns with this one, round by round.
  package func ratio(of other: NetworkMeasurement) -> SampleInterval {
    SampleInterval(zip(other.seconds, seconds).map { $0 / max($1, 1e-9) })
  }

  /// The most memory that this process has held, in bytes.
  package static var residentBytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
