import Glibc

/// DPM-Solver++ (Lu et al., 2022), the multistep solver of order 1 or 2 for the clean sample.
package struct DPMSolver: Sampler {
  package enum Kind: String, CaseIterable, Sendable {
    case midpoint, heun
  }

  package var schedule: Schedule
  package var order = 2
  package var kind = Kind.midpoint
  /// Whether the last step of fewer than 15 is of order 1.
  package var lowersFinalOrder = true
  /// Whether the last step is always of order 1.
  package var endsWithEuler = false
  /// Timesteps with a smaller logarithm of the signal to noise ratio are not visited.
  package var smallestLogRatio = -Double.infinity
  /// Whether the timesteps of spread noise ratios are rounded instead of cut off.
  package var roundsTimesteps = true

  package init(_ schedule: Schedule) { self.schedule = schedule }

  package func program(steps: Int) throws(SchedulerError) -> SamplerProgram {
    let isRounded = roundsTimesteps && schedule.sigmaSpacing == .karras
    let path = try SolverPath(
      schedule, steps: steps, roundsSpread: isRounded, below: timestepLimit)
    return try SamplerProgram(steps: path.timesteps.indices.map { step(path, $0) })
  }

  /// The number of training steps whose signal to noise ratio is large enough.
  private var timestepLimit: Int {
    let skipped = schedule.noise.alphaBars.filter {
      log(Double($0).squareRoot()) - log((1 - Double($0)).squareRoot()) < smallestLogRatio
    }
    return max(schedule.noise.count - skipped.count, 1)
  }

  private func step(_ path: SolverPath, _ index: Int) -> SamplerProgram.Step {
    let (point, next) = (path.points[index], path.points[index + 1])
    let clean = schedule.prediction.estimate(signal: point.signal, noise: point.noise).denoised
    let width = next.logRatio - point.logRatio
    let decay = expm1(-width)
    var sample = next.noise / point.noise * .sample - next.signal * decay * clean
    if index > 0, order == 2, !isFirstOrder(index, of: path.timesteps.count) {
      let ratio = (point.logRatio - path.points[index - 1].logRatio) / width
      let difference = (clean - .slot(0)) / ratio
      let weight = kind == .midpoint ? -decay / 2 : decay / width + 1
      sample = sample + next.signal * weight * difference
    }
    return SamplerProgram.Step(
      timestep: Double(path.timesteps[index]), sample: sample, slots: order == 2 ? [clean] : [])
  }

  private func isFirstOrder(_ index: Int, of count: Int) -> Bool {
    guard index == count - 1 else { return false }
    return endsWithEuler || lowersFinalOrder && count < 15 || !schedule.endsAtSmallestSigma
  }
}
