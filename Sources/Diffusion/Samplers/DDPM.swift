/// Ancestral sampling of denoising diffusion models (Ho et al., 2020, equations 6, 7 and 11), with
/// fewer steps than the training where asked for.
package struct DDPM: Sampler {
  package enum Variance: String, CaseIterable, Sendable {
    /// That of the posterior, the lower bound.
    case fixedSmall = "fixed_small"
    case fixedSmallLog = "fixed_small_log"
    /// That of the forward step, the upper bound.
    case fixedLarge = "fixed_large"
  }

  package var schedule: Schedule
  package var variance = Variance.fixedSmall
  package var clampLimit: Double?

  package init(_ schedule: Schedule) { self.schedule = schedule }

  package func program(steps: Int) throws(SchedulerError) -> SamplerProgram {
    let timesteps = try schedule.timesteps(steps)
    let following = timesteps.dropFirst().map { Double(schedule.noise.alphaBars[$0]) } + [1]
    return try SamplerProgram(
      clampLimit: clampLimit,
      steps: zip(timesteps, following).map { step(at: $0, next: $1) })
  }

  /// - Parameter next: the cumulative signal power after the step.
  private func step(at timestep: Int, next: Double) -> SamplerProgram.Step {
    let current = Double(schedule.noise.alphaBars[timestep])
    let (alpha, beta) = (current / next, 1 - current / next)
    let (signal, noise) = schedule.noise.mixture(at: timestep)
    let estimate = schedule.prediction.estimate(signal: signal, noise: noise).denoised
    let denoised = clampLimit == nil ? estimate : .denoised
    var sample =
      next.squareRoot() * beta / (1 - current) * denoised
      + alpha.squareRoot() * (1 - next) / (1 - current) * .sample
    if timestep > 0 {
      let small = max((1 - next) / (1 - current) * beta, 1e-20)
      sample = sample + (variance == .fixedLarge ? beta : small).squareRoot() * .noise
    }
    return SamplerProgram.Step(
      timestep: Double(timestep), denoised: clampLimit == nil ? nil : estimate, sample: sample)
  }
}
