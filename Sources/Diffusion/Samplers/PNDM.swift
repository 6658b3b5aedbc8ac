/// Pseudo numerical methods for diffusion models (Liu et al., 2022): linear multistep after a start
/// by either a repeated first step or three Runge-Kutta steps.
package struct PNDM: Sampler {
  /// Slots 0 to 2 hold the last three outputs, the latest first; slot 3 the sample that a step of
  /// several evaluations starts from; slot 4 the Runge-Kutta sum.
  private static let (start, sum) = (Combination.slot(3), Combination.slot(4))

  package var schedule: Schedule
  package var skipsRungeKutta = false
  /// Whether the last step goes to the clean image instead of the first training step.
  package var endsClean = false

  package init(_ schedule: Schedule) { self.schedule = schedule }

  package func program(steps: Int) throws(SchedulerError) -> SamplerProgram {
    guard schedule.prediction != .sample else {
      throw .unsupported("prediction_type", value: schedule.prediction.rawValue)
    }
    guard skipsRungeKutta || steps >= 4 else {
      throw .field("skip_prk_steps", expected: "true where there are fewer than 4 steps")
    }
    let timesteps = try schedule.timesteps(steps)
    let stride = schedule.noise.count / steps
    let updates =
      skipsRungeKutta
      ? try repeatedStart(timesteps, stride)
      : try rungeKutta(timesteps, stride) + linearMultistep(timesteps.dropFirst(3), stride)
    return try SamplerProgram(steps: updates)
  }

  /// The second timestep comes twice: the second time it improves the first step.
  private func repeatedStart(
    _ timesteps: [Int], _ stride: Int
  ) throws(SchedulerError) -> [SamplerProgram.Step] {
    let output = Combination.output
    let first = try step(
      at: timesteps[0], from: .sample, by: output, stride, slots: [output, .zero, .zero, .sample])
    guard timesteps.count > 1 else { return [first] }
    let second = try step(
      at: timesteps[1], origin: timesteps[1] + stride, from: Self.start,
      by: (output + .slot(0)) / 2, stride, slots: [.slot(0), .zero, .zero, .zero])
    let rest = try linearMultistep(timesteps.dropFirst(), stride, known: 1)
    return [first, second] + rest
  }

  /// - Parameter known: how many earlier outputs there are.
  private func linearMultistep(
    _ timesteps: ArraySlice<Int>, _ stride: Int, known: Int = 3
  ) throws(SchedulerError) -> [SamplerProgram.Step] {
    let outputs = [.output] + (0..<3).map(Combination.slot)
    var steps: [SamplerProgram.Step] = []
    for (index, timestep) in timesteps.enumerated() {
      let weights = Self.adamsBashforth[min(known + index, 3)]
      let slope = zip(weights, outputs).reduce(.zero) { $0 + $1.0 * $1.1 }
      steps.append(
        try step(
          at: timestep, from: .sample, by: slope, stride, slots: outputs.dropLast() + [.zero]))
    }
    return steps
  }

  /// Equation 9 and its lower orders, by the number of earlier outputs.
  private static let adamsBashforth: [[Double]] = [
    [1], [3.0 / 2, -1.0 / 2], [23.0 / 12, -16.0 / 12, 5.0 / 12],
    [55.0 / 24, -59.0 / 24, 37.0 / 24, -9.0 / 24],
  ]

  /// - Parameters:
  ///   - timestep: told to the network.
  ///   - origin: where the step starts from; `timestep` when omitted.
  private func step(
    at timestep: Int, origin: Int? = nil, from sample: Combination, by output: Combination,
    _ stride: Int, slots: [Combination]
  ) throws(SchedulerError) -> SamplerProgram.Step {
    let origin = origin ?? timestep
    return SamplerProgram.Step(
      timestep: Double(timestep),
      sample: try transfer(sample, output, from: origin, to: origin - stride), slots: slots)
  }

  /// Equation 11, with the output as what the network says about `sample`.
  private func transfer(
    _ sample: Combination, _ output: Combination, from timestep: Int, to target: Int
  ) throws(SchedulerError) -> Combination {
    let timestep = try schedule.checked([timestep])[0]
    let current = Double(schedule.noise.alphaBars[timestep])
    let end = endsClean ? 1 : Double(schedule.noise.alphaBars[0])
    let next = target < 0 ? end : Double(schedule.noise.alphaBars[target])
    let (signal, noise) = schedule.noise.mixture(at: timestep)
    let epsilon =
      schedule.prediction == .velocity ? signal * output + noise * sample : output
    let divisor =
      current * (1 - next).squareRoot() + (current * (1 - current) * next).squareRoot()
    return (next / current).squareRoot() * sample - (next - current) / divisor * epsilon
  }
}

// MARK: - The Runge-Kutta start

extension PNDM {
  /// Three steps of four evaluations each (equation 13).
  private func rungeKutta(
    _ timesteps: [Int], _ stride: Int
  ) throws(SchedulerError) -> [SamplerProgram.Step] {
    let half = stride / 2
    var steps: [SamplerProgram.Step] = []
    for index in 0..<3 {
      let (from, middle, to) = (timesteps[index], timesteps[index + 1] + half, timesteps[index + 1])
      let points = [from, middle, middle, to]
      let targets = [from - half, middle, middle - half, to]
      for part in 0..<4 {
        steps.append(
          SamplerProgram.Step(
            timestep: Double(try schedule.checked([points[part]])[0]),
            sample: try transfer(
              part == 0 ? .sample : Self.start,
              part == 3 ? Self.sum + .output / 6 : .output, from: from, to: targets[part]),
            slots: Self.rungeKuttaSlots(part)))
      }
    }
    return steps
  }

  private static func rungeKuttaSlots(_ part: Int) -> [Combination] {
    let outputs = (0..<3).map(Combination.slot)
    return switch part {
    case 0: [.output] + outputs.dropLast() + [.sample, .output / 6]
    case 3: outputs + [.zero, .zero]
    default: outputs + [start, sum + .output / 3]
    }
  }
}
