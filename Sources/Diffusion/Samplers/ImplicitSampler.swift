/// The implicit sampler of C2F-DFT (and of WeatherDiffusion before it): image-space data in [-1,
/// 1], equally spaced whole timesteps down to 0, and a last step to the clean image.
///
/// The configuration's count of steps divides the training steps; with 3 of 1000 the stride is 333
/// and the network is evaluated four times, at 999, 666, 333 and 0.
package struct ImplicitSampler: Sampler {
  package var noise: NoiseSchedule
  package var eta = 0.0

  /// - Parameter noise: that of C2F-DFT unless given: 1000 betas, linear from 1e-4 to 0.02 in
  ///   double precision and rounded then.
  package init(noise: NoiseSchedule = Self.defaultNoise) { self.noise = noise }

  package static let defaultNoise = NoiseSchedule(
    betas: TimestepSpacing.linspace(1e-4, 0.02, 1000).map { Float($0) })

  package func program(steps: Int) throws(SchedulerError) -> SamplerProgram {
    guard (1...noise.count).contains(steps) else { throw .steps(steps, limit: noise.count) }
    let timesteps = stride(from: 0, to: noise.count, by: noise.count / steps).reversed()
    let following = timesteps.dropFirst().map { Double(noise.alphaBars[$0]) } + [1]
    return try SamplerProgram(
      steps: zip(timesteps, following).map { timestep, next in
        let (signal, deviation) = noise.mixture(at: timestep)
        let (denoised, epsilon) = Prediction.epsilon.estimate(signal: signal, noise: deviation)
        return SamplerProgram.Step(
          timestep: Double(timestep),
          sample: DDIM.sample(
            denoised: denoised, epsilon: epsilon, eta: eta,
            from: Double(noise.alphaBars[timestep]), to: next))
      })
  }
}
