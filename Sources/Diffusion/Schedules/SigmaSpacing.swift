import Glibc

/// How the noise ratios of the steps are spread between the largest and the smallest.
package enum SigmaSpacing: Hashable, Sendable {
  /// Those of the timesteps.
  case timesteps
  /// Equal steps in the seventh root (Karras et al., 2022, equation 5).
  case karras
  /// Equal steps in the logarithm.
  case exponential

  /// `steps` noise ratios from `largest` to `smallest`; nil when they are the timesteps' own.
  package func sigmas(_ steps: Int, largest: Double, smallest: Double) -> [Double]? {
    let ramp = TimestepSpacing.linspace(0, 1, steps)
    switch self {
    case .timesteps: return nil
    case .karras:
      let (from, to) = (pow(largest, 1.0 / 7), pow(smallest, 1.0 / 7))
      return ramp.map { pow(from + $0 * (to - from), 7) }
    case .exponential:
      return TimestepSpacing.linspace(log(largest), log(smallest), steps).map { exp($0) }
    }
  }
}
