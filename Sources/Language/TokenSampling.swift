import Diffusion
import Glibc

/// How the token that follows is chosen from its logits.
package struct TokenSampling: Hashable, Sendable {
  /// What the logits are divided by; 0 takes the likeliest token.
  package var temperature: Double
  /// The likeliest tokens that together have this probability are chosen from.
  package var topP: Double

  package static let greedy = TokenSampling()

  package init(temperature: Double = 0, topP: Double = 1) {
    (self.temperature, self.topP) = (temperature, topP)
  }

  /// Token number `step` of a text. The choice depends on the logits, the text's own seed and the
  /// step, and on nothing else.
  /// - Precondition: there are logits.
  package func token(of logits: [Float], seed: UInt64, step: Int) -> Int32 {
    let likeliest = logits.indices.max { (logits[$0], $1) < (logits[$1], $0) } ?? 0
    guard temperature > 0 else { return Int32(likeliest) }
    let largest = Double(logits[likeliest])
    let weights = logits.map { exp((Double($0) - largest) / temperature) }
    let order = weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
    let kept = nucleus(order, weights)
    let total = kept.reduce(0) { $0 + weights[$1] }
    var rest = Self.uniform(seed: seed, step: step) * total
    for token in kept {
      rest -= weights[token]
      if rest < 0 { return Int32(token) }
    }
    return Int32(kept.last ?? likeliest)
  }

  /// The first of the tokens that together reach ``topP``; one at least.
  private func nucleus(_ order: [Int], _ weights: [Double]) -> ArraySlice<Int> {
    let limit = topP * weights.reduce(0, +)
    var sum = 0.0
    for (place, token) in order.enumerated() {
      sum += weights[token]
      if sum >= limit { return order[...place] }
    }
    return order[...]
  }

  /// In [0, 1).
  private static func uniform(seed: UInt64, step: Int) -> Double {
    let step = UInt64(truncatingIfNeeded: step)
    let block = Philox(key: seed)([
      UInt32(truncatingIfNeeded: step), UInt32(truncatingIfNeeded: step >> 32), 0, 0x746F_6B65,
    ])
    return (Double(block[0] >> 5) * 0x1p26 + Double(block[1] >> 6)) * 0x1p-53
  }
}
