import Glibc

/// Timesteps and noise ratios of the solvers that integrate over the logarithm of the signal to
/// noise ratio, on samples of unit variance.
struct SolverPath {
  /// A point of the path: x = signal * clean + noise * epsilon.
  struct Point {
    let sigma: Double
    let signal: Double
    let noise: Double

    init(sigma: Double) {
      self.sigma = sigma
      signal = 1 / (sigma * sigma + 1).squareRoot()
      noise = sigma * signal
    }

    /// The logarithm of signal over noise; infinite at the clean end.
    var logRatio: Double { -log(sigma) }
  }

  /// One for each step.
  let timesteps: [Int]
  /// One more: where the last step ends.
  let points: [Point]

  /// - Parameters:
  ///   - roundsSpread: whether the timesteps of spread noise ratios are rounded instead of cut off.
  ///   - limit: the timesteps stay below it.
  init(
    _ schedule: Schedule, steps: Int, roundsSpread: Bool, below limit: Int
  ) throws(SchedulerError) {
    try schedule.check(steps)
    let table = SigmaTable(schedule.noise)
    let own = try schedule.checked(
      schedule.spacing.solverTimesteps(
        steps, below: limit, of: schedule.noise.count, offset: schedule.offset))
    let (largest, smallest) = (Double(table.sigmas.last!), Double(table.sigmas[0]))
    let spread = schedule.sigmaSpacing.sigmas(steps, largest: largest, smallest: smallest)
    timesteps =
      spread?.map {
        let timestep = table.timestep(of: $0)
        return Int(roundsSpread ? timestep.rounded(.toNearestOrEven) : timestep)
      } ?? own
    let last = schedule.endsAtSmallestSigma ? smallest : 0
    let sigmas = (spread ?? own.map { Double(table.sigmas[$0]) }) + [last]
    points = sigmas.map { Point(sigma: Double(Float($0))) }
  }
}
