import OpenCLExecutor

/// An op or a network whose time was taken, and what holds it back.
package struct Workload: Codable, Hashable, Sendable {
  /// What it is, with its size and precision: the same in every report.
  package let name: String
  /// The kernel files: of an op all of them by name, of a network those that took most of the time,
  /// the longest first.
  package let kernels: [String]
  /// The median of its times in seconds.
  package let median: Double
  /// Ends of the interval in which the median of all times lies with 95 % of probability.
  package let low: Double
  package let high: Double
  /// Floating-point operations by definition.
  package let flops: Int
  /// Those that are carried out.
  package let executedFlops: Int
  /// Of operands and results of launches.
  package let bytes: Int
  package let launches: Int
  /// How much of the limit that binds is reached: 1 is as fast as the device has been seen to be.
  package let share: Double
  package let bound: DeviceLimits.Bound

  package init(
    name: String, kernels: [String], median: Double, low: Double, high: Double, flops: Int,
    executedFlops: Int, bytes: Int, launches: Int, share: Double, bound: DeviceLimits.Bound
  ) {
    (self.name, self.kernels) = (name, kernels)
    (self.median, self.low, self.high) = (median, low, high)
    (self.flops, self.executedFlops, self.bytes) = (flops, executedFlops, bytes)
    (self.launches, self.share, self.bound) = (launches, share, bound)
  }

  /// 10^9 operations by definition a second.
  package var gigaflops: Double { Double(flops) / median * 1e-9 }
  /// 10^9 bytes a second.
  package var gigabytes: Double { Double(bytes) / median * 1e-9 }
  /// Operations that are carried out for each byte; 0 where numbers are only moved.
  package var intensity: Double { Double(executedFlops) / Double(max(bytes, 1)) }
  /// Operations that are carried out in a second.
  package var executedRate: Double { Double(executedFlops) / median }
}
