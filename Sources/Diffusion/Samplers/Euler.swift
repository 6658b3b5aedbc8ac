/// Euler's method on the probability flow (Karras et al., 2022, algorithm 2 without churn).
package struct Euler: Sampler {
  package var schedule: Schedule

  package init(_ schedule: Schedule) { self.schedule = schedule }

  package func program(steps: Int) throws(SchedulerError) -> SamplerProgram {
    let path = try SigmaPath(schedule, steps: steps)
    return try SamplerProgram(
      initialScale: path.initialScale(schedule.spacing),
      steps: path.timesteps.indices.map { index in
        let (sigma, next) = (path.sigmas[index], path.sigmas[index + 1])
        let slope = schedule.prediction.estimate(signal: 1, noise: sigma).epsilon
        return SamplerProgram.Step(
          timestep: path.timesteps[index], inputScale: SigmaPath.inputScale(sigma),
          sample: .sample + (next - sigma) * slope)
      })
  }
}
