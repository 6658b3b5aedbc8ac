/// Timesteps and noise ratios of a sampler that works on x = clean + sigma * epsilon.
struct SigmaPath {
  /// One for each step.
  let timesteps: [Double]
  /// One more: where the last step ends.
  let sigmas: [Double]

  /// The path of diffusers' Euler, Heun and linear multistep schedulers.
  init(_ schedule: Schedule, steps: Int) throws(SchedulerError) {
    try schedule.check(steps)
    let table = SigmaTable(schedule.noise)
    let points = schedule.spacing.fractional(
      steps, of: schedule.noise.count, offset: schedule.offset)
    let own = points.map(table.sigma(at:))
    let spread = schedule.sigmaSpacing.sigmas(points.count, largest: own[0], smallest: own.last!)
    timesteps = spread?.map { Double(Float(table.timestep(of: $0))) } ?? points
    let last = schedule.endsAtSmallestSigma ? Double(table.sigmas[0]) : 0
    sigmas = ((spread ?? own) + [last]).map { Double(Float($0)) }
  }

  init(timesteps: [Double], sigmas: [Double]) {
    self.timesteps = timesteps
    self.sigmas = sigmas
  }

  /// The scale of the first sample: the noise alone where the path starts at the schedule's end,
  /// and signal and noise where it is said to start inside.
  func initialScale(_ spacing: TimestepSpacing) -> Double {
    let largest = sigmas.max() ?? 0
    return spacing == .leading ? (largest * largest + 1).squareRoot() : largest
  }

  /// The network sees samples of unit variance.
  static func inputScale(_ sigma: Double) -> Double { 1 / (sigma * sigma + 1).squareRoot() }
}
