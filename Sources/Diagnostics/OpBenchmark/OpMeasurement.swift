import OpenCLExecutor

/// How fast a subject was, and what holds it back.
package struct OpMeasurement: Sendable {
  /// Times with operands in some caches, and what of the device's limits they reach.
  package struct Times: Sendable {
    /// In seconds.
    package let interval: SampleInterval
    /// Of the limit that binds: 1 would be as fast as the device has been seen to be.
    package let share: Double
    package let bound: DeviceLimits.Bound
  }

  package let subject: OpSubject
  package let deviceName: String
  /// The op with its operands.
  package let caseName: String
  /// The kernel files of its launches.
  package let kernels: [String]
  package let launches: Int
  /// Floating-point operations by the op's definition.
  package let flops: Int
  /// Those that are carried out.
  package let executedFlops: Int
  /// Of operands and results, each counted once.
  package let bytes: Int
  package let warm: Times
  package let cold: Times
  /// In a comparison, the other side's.
  package internal(set) var other: Other?

  /// The other side of a comparison in pairs.
  package struct Other: Sendable {
    package let subject: OpSubject
    package let deviceName: String
    /// The kernel files of its launches.
    package let kernels: [String]
    package let warm: SampleInterval
    /// Its warm time over this side's, round by round.
    package let ratio: SampleInterval
  }

  /// 10^9 floating-point operations a second, warm.
  package var gigaflops: Double { Double(flops) / warm.interval.median * 1e-9 }
  /// 10^9 bytes a second, warm.
  package var gigabytes: Double { Double(bytes) / warm.interval.median * 1e-9 }

  init(
    _ subject: OpSubject, _ contestant: OpContestant, _ samples: [OpContestant.Sample],
    _ limits: DeviceLimits, deviceName: String
  ) {
    let steps = contestant.steps
    let work = DeviceLimits.Work(steps)
    func times(_ seconds: [Double], isCold: Bool) -> Times {
      let interval = SampleInterval(seconds)
      let floor = limits.floor(of: work, isCold: isCold)
      // What is faster than a limit is the better measurement of it.
      return Times(
        interval: interval, share: min(floor.seconds / interval.median, 1), bound: floor.bound)
    }
    self.subject = subject
    self.deviceName = deviceName
    caseName = subject.subject.name
    kernels = contestant.kernels
    (launches, executedFlops, bytes) = (work.launches, work.flops, work.bytes)
    flops = contestant.flops
    warm = times(samples.map(\.warm), isCold: false)
    cold = times(samples.map(\.cold), isCold: true)
  }
}
