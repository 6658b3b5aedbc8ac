/// Implicit sampling (Song, Meng and Ermon, 2021, equation 12).
package struct DDIM: Sampler {
  package var schedule: Schedule
  /// 0 draws no noise; 1 draws as much as ``DDPM``.
  package var eta = 0.0
  package var clampLimit: Double?
  /// Whether the last step goes to the clean image instead of the first training step.
  package var endsClean = true

  package init(_ schedule: Schedule) { self.schedule = schedule }

  package func program(steps: Int) throws(SchedulerError) -> SamplerProgram {
    let timesteps = try schedule.timesteps(steps)
    let stride = schedule.noise.count / steps
    return try SamplerProgram(
      clampLimit: clampLimit, steps: timesteps.map { step(at: $0, to: $0 - stride) })
  }

  private func step(at timestep: Int, to target: Int) -> SamplerProgram.Step {
    let (signal, noise) = schedule.noise.mixture(at: timestep)
    let (estimate, epsilon) = schedule.prediction.estimate(signal: signal, noise: noise)
    return SamplerProgram.Step(
      timestep: Double(timestep), denoised: clampLimit == nil ? nil : estimate,
      sample: DDIM.sample(
        denoised: clampLimit == nil ? estimate : .denoised, epsilon: epsilon, eta: eta,
        from: Double(schedule.noise.alphaBars[timestep]), to: alphaBar(at: target)))
  }

  private func alphaBar(at timestep: Int) -> Double {
    if timestep < 0 { return endsClean ? 1 : Double(schedule.noise.alphaBars[0]) }
    return Double(schedule.noise.alphaBars[timestep])
  }

  /// Equation 12, between two cumulative signal powers.
  static func sample(
    denoised: Combination, epsilon: Combination, eta: Double, from current: Double,
    to next: Double
  ) -> Combination {
    let variance = (1 - next) / (1 - current) * (1 - current / next)
    let deviation = eta * variance.squareRoot()
    let direction = (1 - next - deviation * deviation).squareRoot()
    let sample = next.squareRoot() * denoised + direction * epsilon
    return eta > 0 ? sample + deviation * .noise : sample
  }
}
