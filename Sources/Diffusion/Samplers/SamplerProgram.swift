/// A sampler as data: the network's evaluations in order, and after each the weighted sums that
/// make the next state. Nothing of a sampler is left to run but these; see ``StepGraph``.
package struct SamplerProgram: Hashable, Sendable {
  /// One evaluation of the network and the update after it.
  package struct Step: Hashable, Sendable {
    /// Told to the network; fractional for some samplers.
    package var timestep: Double
    /// The network sees the sample times this.
    package var inputScale: Double
    /// The estimate of the clean sample, which the step clamps; nil when nothing is clamped.
    package var denoised: Combination?
    package var sample: Combination
    /// The tensors that the next step finds in its slots.
    package var slots: [Combination]

    package init(
      timestep: Double, inputScale: Double = 1, denoised: Combination? = nil, sample: Combination,
      slots: [Combination] = []
    ) {
      self.timestep = timestep
      self.inputScale = inputScale
      self.denoised = denoised
      self.sample = sample
      self.slots = slots
    }

    /// Whether the step draws noise.
    package var drawsNoise: Bool {
      ([sample] + slots).contains { $0.weights[.noise] != nil }
    }

    fileprivate var isFinite: Bool {
      ([sample] + slots + [denoised ?? .zero]).allSatisfy(\.isFinite) && timestep.isFinite
        && inputScale.isFinite
    }
  }

  /// The first sample is standard normal noise times this; its slots are zero.
  package let initialScale: Double
  /// Estimates of the clean sample stay within plus and minus this.
  package let clampLimit: Double?
  package let steps: [Step]

  /// - Throws: when a step has a coefficient that is no number.
  package init(
    initialScale: Double = 1, clampLimit: Double? = nil, steps: [Step]
  ) throws(SchedulerError) {
    if let bad = steps.firstIndex(where: { !$0.isFinite }) { throw .degenerate(step: bad) }
    self.initialScale = initialScale
    self.clampLimit = clampLimit
    self.steps = steps
  }

  package var slotCount: Int { steps.map(\.slots.count).max() ?? 0 }

  /// The program for a network that is evaluated part by part: each step is taken `count` times,
  /// and all but the last of them leave the sample and the slots as they are.
  package func inParts(_ count: Int) throws(SchedulerError) -> SamplerProgram {
    let slots = (0..<slotCount).map { Combination.slot($0) }
    return try SamplerProgram(
      initialScale: initialScale, clampLimit: clampLimit,
      steps: steps.flatMap { step in
        let waiting = Step(
          timestep: step.timestep, inputScale: step.inputScale, sample: .sample, slots: slots)
        return [Step](repeating: waiting, count: max(count - 1, 0)) + [step]
      })
  }
}

/// Makes programs; a configured scheduler in the words of diffusers.
package protocol Sampler: Sendable {
  /// The program with `steps` inference steps, as diffusers counts them; samplers that look twice
  /// evaluate the network more often.
  func program(steps: Int) throws(SchedulerError) -> SamplerProgram
}
