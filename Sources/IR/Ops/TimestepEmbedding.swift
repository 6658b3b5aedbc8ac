import Glibc
import Tensors

/// Sines and cosines of a time at geometrically falling frequencies.
///
/// Operand: t (N, K). Result: (N, K dimension, 1, 1); every t becomes [sin(t w), cos(t w)] with
/// w_k = 10000^(-k / (dimension / 2 - frequencyShift)), the halves swapped by `cosineFirst`.
///
/// J. Ho et al., "Denoising Diffusion Probabilistic Models", 2020; the parameters are those of
/// diffusers' `Timesteps` (`downscale_freq_shift`, `flip_sin_to_cos`).
package struct TimestepEmbedding: OpRule, Hashable {
  package var dimension: Int
  package var cosineFirst: Bool
  package var frequencyShift: Float

  package init(dimension: Int, cosineFirst: Bool, frequencyShift: Float) {
    self.dimension = dimension
    self.cosineFirst = cosineFirst
    self.frequencyShift = frequencyShift
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let t = try operands.checked(1...1)[0]
    guard t.rank == 2 else { throw Misfit("takes times as a matrix") }
    guard dimension > 0, dimension % 2 == 0, Float(dimension / 2) > frequencyShift else {
      throw Misfit("no \(dimension) features")
    }
    return [t[0], t[1] * dimension, 1, 1]
  }

  package func flops(operands: [Shape], output: Shape) -> Int { 0 }

  package func reductionLength(operands: [Shape]) -> Int { 1 }

  /// w_k in single precision, each step of the formula rounded as PyTorch rounds it.
  package var frequencies: [Float] {
    let half = dimension / 2
    return (0..<half).map { k in
      let exponent = -Float(log(10000.0)) * Float(k) / (Float(half) - frequencyShift)
      return Float(exp(Double(exponent)))
    }
  }
}
