import Glibc
import Tensors

/// How much signal and noise the training steps hold, in the precision of diffusers.
package struct NoiseSchedule: Hashable, Sendable {
  /// The cumulative products of 1 - beta, in float32; step t mixes sqrt(alphaBars[t]) of the signal
  /// with sqrt(1 - alphaBars[t]) of noise.
  package private(set) var alphaBars: [Float]

  package init(betas: [Float]) {
    alphaBars = Self.cumulativeProduct(betas.map { 1 - $0 })
  }

  /// - Parameter count: of training steps, at least 1.
  package init(_ schedule: BetaSchedule, count: Int, zeroTerminalSNR: Bool = false) {
    let betas = schedule.betas(count)
    self.init(betas: zeroTerminalSNR ? BetaSchedule.withZeroTerminalSNR(betas) : betas)
  }

  package var count: Int { alphaBars.count }

  /// The schedule with a last step that keeps 2^-24 of the signal's power, so that its noise ratio
  /// is finite.
  package var withFiniteRatios: NoiseSchedule {
    var copy = self
    copy.alphaBars[count - 1] = 0x1p-24
    return copy
  }

  /// The factors of signal and noise at a training step.
  package func mixture(at timestep: Int) -> (signal: Double, noise: Double) {
    let alphaBar = Double(alphaBars[timestep])
    return (alphaBar.squareRoot(), (1 - alphaBar).squareRoot())
  }

  /// The noise ratios sqrt((1 - a) / a) of all training steps, in float32.
  package var sigmas: [Float] { alphaBars.map { ((1 - $0) / $0).squareRoot() } }

  /// `torch.cumprod` on float32: the running product in double precision, each result rounded.
  static func cumulativeProduct(_ factors: [Float]) -> [Float] {
    var product = 1.0
    return factors.map {
      product *= Double($0)
      return Float(product)
    }
  }
}

/// The noise ratios of a schedule, as a function of a fractional timestep and back.
package struct SigmaTable: Sendable {
  package let sigmas: [Float]
  private let logarithms: [Float]

  package init(_ schedule: NoiseSchedule) {
    sigmas = schedule.sigmas
    logarithms = sigmas.map { Float(log(Double($0))) }
  }

  /// Linear between the training steps (`numpy.interp`).
  package func sigma(at timestep: Double) -> Double {
    Self.interpolate(sigmas, at: timestep)
  }

  /// Linear between the logarithms at the training steps (k-diffusion's `t_to_sigma`).
  package func geometricSigma(at timestep: Double) -> Double {
    exp(Self.interpolate(logarithms, at: timestep))
  }

  /// The inverse of ``geometricSigma(at:)``, within the table.
  package func timestep(of sigma: Double) -> Double {
    let logarithm = log(max(sigma, 1e-10))
    let known = logarithms.lastIndex { Double($0) <= logarithm } ?? 0
    let low = min(known, max(logarithms.count - 2, 0))
    let high = min(low + 1, logarithms.count - 1)
    let (from, to) = (Double(logarithms[low]), Double(logarithms[high]))
    let weight = ((from - logarithm) / (from - to)).clamped(to: 0...1)
    return (1 - weight) * Double(low) + weight * Double(high)
  }

  private static func interpolate(_ values: [Float], at position: Double) -> Double {
    let last = values.count - 1
    let place = position.clamped(to: 0...Double(last))
    let low = min(Int(place), max(last - 1, 0))
    let (from, to) = (Double(values[low]), Double(values[min(low + 1, last)]))
    return (to - from) * (place - Double(low)) + from
  }
}
