/// Euler steps that go too far down and put noise back (Crowson, k-diffusion).
package struct EulerAncestral: Sampler {
  /// Which path the steps follow.
  package enum Form: Sendable {
    /// diffusers: timesteps by the schedule's spacing, noise ratios linear between them.
    case diffusers
    /// k-diffusion: equally spaced fractional timesteps from the last to the first, noise ratios
    /// linear in their logarithm; noise alone at the start.
    case kDiffusion
  }

  package var schedule: Schedule
  package var form = Form.diffusers

  package init(_ schedule: Schedule) { self.schedule = schedule }

  package func program(steps: Int) throws(SchedulerError) -> SamplerProgram {
    let path = try self.path(steps)
    let initialScale =
      form == .diffusers ? path.initialScale(schedule.spacing) : path.sigmas[0]
    return try SamplerProgram(
      initialScale: initialScale,
      steps: path.timesteps.indices.map { index in
        step(
          at: path.timesteps[index], from: path.sigmas[index], to: path.sigmas[index + 1])
      })
  }

  private func path(_ steps: Int) throws(SchedulerError) -> SigmaPath {
    guard form == .kDiffusion else { return try SigmaPath(schedule, steps: steps) }
    try schedule.check(steps)
    let table = SigmaTable(schedule.noise)
    let timesteps = TimestepSpacing.linspace(Double(schedule.noise.count - 1), 0, steps)
    return SigmaPath(timesteps: timesteps, sigmas: timesteps.map(table.geometricSigma) + [0])
  }

  private func step(
    at timestep: Double, from sigma: Double, to next: Double
  ) -> SamplerProgram.Step {
    let ratio = next / sigma
    let up = next * max(1 - ratio * ratio, 0).squareRoot()
    let down = next * ratio
    let slope = schedule.prediction.estimate(signal: 1, noise: sigma).epsilon
    var sample = .sample + (down - sigma) * slope
    if form == .diffusers || next > 0 { sample = sample + up * .noise }
    return SamplerProgram.Step(
      timestep: timestep, inputScale: SigmaPath.inputScale(sigma), sample: sample)
  }
}
