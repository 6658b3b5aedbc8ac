/// A weighted sum of the tensors that a sampler's step has at hand.
///
/// Samplers are written with these as their papers write them with tensors; what remains are the
/// weights, the only numbers that change from step to step.
package struct Combination: Hashable, Sendable {
  package enum Term: Hashable, Sendable {
    /// The state before the step.
    case sample
    /// What the network (after guidance) said about it.
    case output
    /// The step's estimate of the clean sample after clamping.
    case denoised
    /// Fresh standard normal noise.
    case noise
    /// A tensor that an earlier step left.
    case slot(Int)
  }

  package private(set) var weights: [Term: Double]

  private init(_ weights: [Term: Double]) { self.weights = weights }

  package static let zero = Combination([:])
  package static let sample = Combination([.sample: 1])
  package static let output = Combination([.output: 1])
  package static let denoised = Combination([.denoised: 1])
  package static let noise = Combination([.noise: 1])
  package static func slot(_ index: Int) -> Combination { Combination([.slot(index): 1]) }

  package subscript(term: Term) -> Double { weights[term] ?? 0 }

  package static func + (a: Combination, b: Combination) -> Combination {
    Combination(a.weights.merging(b.weights, uniquingKeysWith: +))
  }

  package static func - (a: Combination, b: Combination) -> Combination { a + -1 * b }

  package static func * (scale: Double, a: Combination) -> Combination {
    Combination(a.weights.mapValues { scale * $0 })
  }

  package static func / (a: Combination, divisor: Double) -> Combination {
    Combination(a.weights.mapValues { $0 / divisor })
  }

  package var isFinite: Bool { weights.values.allSatisfy(\.isFinite) }
}
