/// How far a result may be from the expected one. Every tolerance that a test or a report uses
/// is named here.
package struct Tolerance: Sendable, Hashable, Codable, CustomStringConvertible {
  /// A bound on one measure of a ``Comparison``.
  package enum Limit: Sendable, Hashable, Codable {
    /// At most this largest absolute difference.
    case maxAbs(Double)
    /// At most this largest absolute difference, as a share of the largest value expected.
    case maxAbsShare(Double)
    /// At most this normalised mean squared error.
    case nmse(Double)
    /// At least this peak signal-to-noise ratio in dB.
    case psnr(Double)

    func admits(_ comparison: Comparison) -> Bool {
      switch self {
      case .maxAbs(let bound): comparison.maxAbs <= bound
      case .maxAbsShare(let bound): comparison.maxAbs <= bound * comparison.largestExpected
      case .nmse(let bound): comparison.nmse <= bound
      case .psnr(let bound): comparison.psnr >= bound
      }
    }
  }

  package let name: String
  package let limits: [Limit]

  package init(name: String, limits: [Limit]) {
    self.name = name
    self.limits = limits
  }

  package var description: String {
    let bounds = limits.map { limit in
      switch limit {
      case .maxAbs(let bound): "max|d| <= \(bound)"
      case .maxAbsShare(let bound): "max|d| <= \(bound) of the largest value"
      case .nmse(let bound): "NMSE <= \(bound)"
      case .psnr(let bound): "PSNR >= \(bound) dB"
      }
    }
    return "\(name) (\(bounds.joined(separator: ", ")))"
  }
}

extension Tolerance {
  /// One op against the reference with values stored as `dtype`.
  ///
  /// Adding K terms in float32 one after the other leaves an NMSE of about K u^2 / 6 with
  /// u = 2^-24, that is 2.4e-12 for K = 4096: four times less than the bound. The error grows with
  /// K, and so does the bound from there on.
  /// f16 rounds the result, independently of K; PSNR relates to the largest magnitude expected.
  /// - Parameter reduction: number of terms that are summed into one element.
  package static func operation(_ dtype: DType, reduction: Int = 1) -> Tolerance {
    switch dtype {
    case .f32:
      Tolerance(name: "f32 op", limits: [.nmse(1e-11 * max(1, Double(reduction) / 4096))])
    case .f16: Tolerance(name: "f16 op", limits: [.psnr(60)])
    }
  }

  /// A few ops in a row against the reference: the rounding of one feeds the next, and a
  /// normalisation can amplify it.
  package static func composition(_ dtype: DType) -> Tolerance {
    switch dtype {
    case .f32: Tolerance(name: "f32 ops", limits: [.nmse(1e-10)])
    case .f16: operation(dtype)
    }
  }

  /// Products with quantised weights whose operands are rounded to whole numbers, and what
  /// surrounds them.
  ///
  /// With weights of 6 bits a block of 256 goes to 2047 at most. Where its largest number is three
  /// to four deviations, as in the cases, rounding leaves an NMSE of 3e-7; whole numbers of 8 bits
  /// leave 6e-5.
  package static func roundedOperands(_ dtype: DType) -> Tolerance {
    switch dtype {
    case .f32: Tolerance(name: "f32 ops, rounded operands", limits: [.nmse(2e-6)])
    case .f16: operation(dtype)
    }
  }

  /// A whole network with an output in [0, 1] against the reference.
  package static func network(_ dtype: DType) -> Tolerance {
    switch dtype {
    case .f32: Tolerance(name: "f32 network", limits: [.maxAbs(2e-5)])
    case .f16: Tolerance(name: "f16 network", limits: [.psnr(60)])
    }
  }

  /// A whole network with an output in [0, 1] against PyTorch in float32, whose own sums are
  /// float32 too.
  package static func networkAgainstPyTorch(_ dtype: DType) -> Tolerance {
    switch dtype {
    case .f32: Tolerance(name: "f32 network against PyTorch", limits: [.maxAbs(1e-4)])
    case .f16: network(dtype)
    }
  }

  /// A component of a pipeline, whose results have any range, against PyTorch; PSNR relates to the
  /// largest magnitude expected.
  package static func componentAgainstPyTorch(_ dtype: DType) -> Tolerance {
    switch dtype {
    case .f32: Tolerance(name: "f32 component against PyTorch", limits: [.maxAbsShare(2e-4)])
    case .f16: Tolerance(name: "f16 component against PyTorch", limits: [.psnr(55)])
    }
  }

  /// Both sides computed in double and rounded to float32 once: at most the last bit differs.
  package static let rounding = Tolerance(name: "rounding", limits: [.nmse(1e-14)])

  /// The same bits, up to the sign of zero.
  package static let exact = Tolerance(name: "exact", limits: [.maxAbs(0)])
}
