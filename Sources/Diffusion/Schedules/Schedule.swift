/// What the schedulers of diffusers have in common: the training schedule, what the network
/// predicts, and which timesteps are visited.
package struct Schedule: Hashable, Sendable {
  package var noise: NoiseSchedule
  package var prediction = Prediction.epsilon
  package var spacing = TimestepSpacing.leading
  package var offset = 0
  package var sigmaSpacing = SigmaSpacing.timesteps
  /// Whether the last noise ratio is that of the first training step instead of zero.
  package var endsAtSmallestSigma = false

  package init(noise: NoiseSchedule) { self.noise = noise }

  /// Whole timesteps, all of which exist.
  func timesteps(_ steps: Int) throws(SchedulerError) -> [Int] {
    try check(steps)
    return try checked(spacing.timesteps(steps, of: noise.count, offset: offset))
  }

  /// Checks that this many steps can be made.
  func check(_ steps: Int) throws(SchedulerError) {
    guard (1...noise.count).contains(steps) else {
      throw .steps(steps, limit: noise.count)
    }
  }

  /// The timesteps if each is a training step.
  func checked(_ timesteps: [Int]) throws(SchedulerError) -> [Int] {
    guard timesteps.allSatisfy(noise.alphaBars.indices.contains) else {
      throw .field("steps_offset", expected: "small enough for the number of steps")
    }
    return timesteps
  }
}
