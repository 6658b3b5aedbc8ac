/// Heun's method on the probability flow (Karras et al., 2022, algorithm 1 without churn): two
/// evaluations for each step but the last.
package struct Heun: Sampler {
  package var schedule: Schedule
  package var clampLimit: Double?

  package init(_ schedule: Schedule) { self.schedule = schedule }

  package func program(steps: Int) throws(SchedulerError) -> SamplerProgram {
    let path = try SigmaPath(schedule, steps: steps)
    return try SamplerProgram(
      initialScale: path.initialScale(schedule.spacing), clampLimit: clampLimit,
      steps: path.timesteps.indices.flatMap { index in
        let predictor = predictor(path, index)
        return index + 1 < path.timesteps.count
          ? [predictor, corrector(path, index)] : [predictor]
      })
  }

  /// Leaves the slope and the sample that it started from.
  private func predictor(_ path: SigmaPath, _ index: Int) -> SamplerProgram.Step {
    let (sigma, next) = (path.sigmas[index], path.sigmas[index + 1])
    let (denoised, slope) = slope(at: sigma)
    return SamplerProgram.Step(
      timestep: path.timesteps[index], inputScale: SigmaPath.inputScale(sigma),
      denoised: denoised, sample: .sample + (next - sigma) * slope, slots: [slope, .sample])
  }

  private func corrector(_ path: SigmaPath, _ index: Int) -> SamplerProgram.Step {
    let (sigma, next) = (path.sigmas[index], path.sigmas[index + 1])
    let (denoised, slope) = slope(at: next)
    return SamplerProgram.Step(
      timestep: path.timesteps[index + 1], inputScale: SigmaPath.inputScale(next),
      denoised: denoised, sample: .slot(1) + (next - sigma) * (.slot(0) + slope) / 2,
      slots: [.zero, .zero])
  }

  private func slope(at sigma: Double) -> (denoised: Combination?, slope: Combination) {
    let (denoised, epsilon) = schedule.prediction.estimate(signal: 1, noise: sigma)
    guard clampLimit != nil else { return (nil, epsilon) }
    return (denoised, (.sample - .denoised) / sigma)
  }
}
