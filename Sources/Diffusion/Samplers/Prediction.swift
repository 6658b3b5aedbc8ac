/// What a network was trained to predict, in the names of diffusers.
package enum Prediction: String, CaseIterable, Sendable {
  case epsilon
  /// Salimans and Ho, 2022, section 2.4
  case velocity = "v_prediction"
  case sample

  /// Reads the network's output on x = signal * clean + noise * epsilon, where x may be scaled by
  /// any factor that signal and noise share.
  package func estimate(
    signal: Double, noise: Double
  ) -> (denoised: Combination, epsilon: Combination) {
    let (x, output) = (Combination.sample, Combination.output)
    switch self {
    case .epsilon:
      return ((x - noise * output) / signal, output)
    case .velocity:
      let power = signal * signal + noise * noise
      let length = power.squareRoot()
      return (
        (signal * x - noise * length * output) / power,
        (noise * x + signal * length * output) / power
      )
    case .sample:
      return (output, (x - signal * output) / noise)
    }
  }
}
